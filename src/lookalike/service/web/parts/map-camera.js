/** What of the map is in sight: a centre, a zoom, and the size of the window. */

const EDGE = 26; // pixels around the whole map, so that pictures at its rim are in sight
const WIDER = 1.6; // the map is stretched to a window that is wider or higher than long, at most so much
const CLOSEST = 8; // zoom that any map has

/** A camera at the whole map of so many products; x and y of the centre from 0 to 1, zoom from 1. */
export function cameraOf(count) {
  const deepest = Math.max(CLOSEST, 1.5 * Math.sqrt(count)); // where neighbours are a hand apart

  const own = { x: 0.5, y: 0.5, zoom: 1, width: 1, height: 1, sx: 1, sy: 1 };

  function measure() {
    const wide = Math.min(own.width, own.height * WIDER);
    const high = Math.min(own.height, own.width * WIDER);
    own.sx = Math.max(1, wide - 2 * EDGE) * own.zoom; // pixels for the width of the map
    own.sy = Math.max(1, high - 2 * EDGE) * own.zoom;
    own.x = held(own.x, own.width, own.sx);
    own.y = held(own.y, own.height, own.sy);
  }

  return Object.assign(own, {
    resize(width, height) {
      Object.assign(own, { width, height });
      measure();
    },
    /** Show a place; what is left out stays. */
    go({ x = own.x, y = own.y, zoom = own.zoom }) {
      Object.assign(own, { x, y, zoom: Math.max(1, Math.min(deepest, zoom)) });
      measure();
    },
    pan(dx, dy) {
      own.go({ x: own.x - dx / own.sx, y: own.y - dy / own.sy });
    },
    /** Zoom so that what lies at a pixel stays there. */
    zoomAt(factor, left, top) {
      const [x, y] = own.place(left, top);
      own.zoom = Math.max(1, Math.min(deepest, own.zoom * factor));
      measure();
      own.go({ x: x - (left - own.width / 2) / own.sx, y: y - (top - own.height / 2) / own.sy });
    },
    /** The place at a pixel. */
    place: (left, top) => [own.x + (left - own.width / 2) / own.sx, own.y + (top - own.height / 2) / own.sy],
    /** The pixel of a place. */
    pixel: (x, y) => [(x - own.x) * own.sx + own.width / 2, (y - own.y) * own.sy + own.height / 2],
    /** The places in sight, [left, top, right, bottom], with some pixels around them. */
    sight: (around = 0) => [...own.place(-around, -around), ...own.place(own.width + around, own.height + around)],
    isWhole: () => own.zoom <= 1.001,
  });
}

/** A centre from which no more than the edge is seen beyond the map; the middle, where all of it is in sight. */
function held(centre, size, scale) {
  const least = (size / 2 - EDGE) / scale;
  return least >= 0.5 ? 0.5 : Math.max(least, Math.min(1 - least, centre));
}
