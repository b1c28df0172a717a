"""Search by photo in a real browser: how a photo comes, the box around the item, and what is kept where."""

from __future__ import annotations

import base64
import io
from typing import Any

from PIL import Image

from lookalike.testing.tiny_shop import tiny_shop

from .cards import expect, wait_for, wait_for_rest

FOUND = ".photo-grid .card"

STORED = """
key => new Promise((resolve, reject) => {
  const opening = indexedDB.open("lookalike-photos");
  opening.onerror = () => reject(opening.error);
  opening.onsuccess = () => {
    const asked = opening.result.transaction("photos").objectStore("photos").get(key);
    asked.onsuccess = () => {
      const reader = new FileReader();
      reader.onload = () => resolve([reader.result.split(",")[1], asked.result.width, asked.result.height]);
      reader.readAsDataURL(asked.result.blob);
    };
  };
})
"""
"""The bytes of a kept photo as base64, and its size."""

DROP = """
([name, type, data]) => {
  const bytes = Uint8Array.from(atob(data), letter => letter.charCodeAt(0));
  const transfer = new DataTransfer();
  transfer.items.add(new File([bytes], name, {type}));
  for (const kind of ["dragenter", "dragover", "drop"]) {
    const target = document.querySelector(".drop, .photo-side");
    target.dispatchEvent(new DragEvent(kind, {dataTransfer: transfer, bubbles: true, cancelable: true}));
  }
}
"""

COPY = """
async data => {
  const bytes = Uint8Array.from(atob(data), letter => letter.charCodeAt(0));
  await navigator.clipboard.write([new ClipboardItem({"image/png": new Blob([bytes], {type: "image/png"})})]);
}
"""

NAME, PHOTO = next(iter(tiny_shop().photos.items()))


def png(data: bytes) -> bytes:
    sink = io.BytesIO()
    Image.open(io.BytesIO(data)).save(sink, "PNG")
    return sink.getvalue()


def choose(page: Any, data: bytes = PHOTO, name: str = "photo.jpg", kind: str = "image/jpeg") -> None:
    page.set_input_files(".photo-file", {"name": name, "mimeType": kind, "buffer": data})
    page.wait_for_selector(".photo-grid .card:not(.ghost)")


def shown(page: Any) -> list[str]:
    """The ids of the results, once the last question is answered."""
    page.wait_for_selector(".photo-found:not([aria-busy])")
    ids: list[str] = page.eval_on_selector_all(
        ".photo-grid .card", "cards => cards.map(card => card.dataset.id)"
    )
    return ids


def params(page: Any) -> dict[str, str]:
    found: dict[str, str] = page.evaluate("Object.fromEntries(new URLSearchParams(location.search))")
    return found


def answered(page: Any, **asked: str) -> list[str]:
    """What the service answers about the photo that the page keeps."""
    data = base64.b64decode(page.evaluate(STORED, params(page)["key"])[0])
    photo = {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": data}
    always = {"image": photo, "k": "24", "stock": "first"}
    reply = page.request.post("/v1/search", multipart=always | asked)
    assert reply.ok, reply.text()
    return [result["id"] for result in reply.json()["results"]]


def wait_for_answer(page: Any, **asked: str) -> list[str]:
    """Wait until the page shows what the service answers about the photo that the page keeps."""
    wanted = answered(page, **asked)
    wait_for(page, wanted, FOUND)
    return wanted


def drag(page: Any, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Drag by mouse between two places, given as shares of the photo."""
    frame = page.locator(".crop-frame").bounding_box()
    place = [(frame["x"] + x * frame["width"], frame["y"] + y * frame["height"]) for x, y in (start, end)]
    page.mouse.move(*place[0])
    page.mouse.down()
    page.mouse.move(*place[1], steps=6)
    page.mouse.up()


def wait_for_box(page: Any, wanted: list[float], within: float = 0.01) -> None:
    """Wait until the address names this box."""
    page.wait_for_function(
        """([wanted, within]) => {
          const box = new URLSearchParams(location.search).get("box")?.split(",").map(Number) ?? [];
          return wanted.length === box.length && box.every((one, at) => Math.abs(one - wanted[at]) <= within);
        }""",
        arg=[wanted, within],
    )


def test_a_dropped_photo_is_searched(visit: Any) -> None:
    page = visit("/photo")
    page.evaluate(DROP, [NAME, "image/jpeg", base64.b64encode(PHOTO).decode()])
    page.wait_for_selector(".photo-grid .card:not(.ghost)")
    wait_for_answer(page)
    assert tiny_shop().photo_of[NAME] in shown(page)


def test_a_pasted_photo_is_searched(visit: Any) -> None:
    page = visit("/photo", permissions=["clipboard-read", "clipboard-write"])
    page.evaluate(COPY, base64.b64encode(png(PHOTO)).decode())
    page.keyboard.press("Control+V")
    page.wait_for_selector(".photo-grid .card:not(.ghost)")
    wait_for_answer(page)


def test_pasting_words_says_that_there_is_no_picture(visit: Any) -> None:
    page = visit("/photo", permissions=["clipboard-read", "clipboard-write"])
    page.evaluate("navigator.clipboard.writeText('a red shoe')")
    page.keyboard.press("Control+V")
    page.wait_for_function("() => document.querySelector('.photo-toast').textContent.includes('no picture')")
    assert page.url.endswith("/photo")


def test_a_chosen_photo_is_made_upright_and_small_on_the_device(visit: Any) -> None:
    sink = io.BytesIO()
    lying = Image.new("RGB", (2400, 1200), "navy")
    lying.paste("orange", (0, 0, 1200, 1200))
    exif = Image.Exif()
    exif[0x0112] = 6  # turned a quarter: its left becomes the top
    exif[0x010F] = "Camera that says where it was"
    lying.save(sink, "JPEG", exif=exif)
    page = visit("/photo")
    choose(page, sink.getvalue())
    data, width, height = page.evaluate(STORED, params(page)["key"])
    kept = Image.open(io.BytesIO(base64.b64decode(data)))
    assert (width, height) == kept.size == (512, 1024)
    assert not kept.getexif()
    top, bottom = kept.convert("RGB").getpixel((256, 100)), kept.convert("RGB").getpixel((256, 900))
    assert top[0] > 200 > 60 > bottom[0]


def test_drawing_a_box_by_mouse_searches_what_is_in_it(visit: Any) -> None:
    page = visit("/photo")
    choose(page)
    whole = shown(page)
    drag(page, (0.2, 0.3), (0.7, 0.8))
    wait_for_box(page, [0.2, 0.3, 0.5, 0.5])
    assert wait_for_answer(page, crop=params(page)["box"]) != whole


def test_results_follow_the_box_before_it_is_let_go(visit: Any) -> None:
    page = visit("/photo")
    choose(page)
    whole = shown(page)
    frame = page.locator(".crop-frame").bounding_box()
    page.mouse.move(frame["x"] + 0.2 * frame["width"], frame["y"] + 0.2 * frame["height"])
    page.mouse.down()
    with page.expect_response("**/v1/search"):
        page.mouse.move(frame["x"] + 0.6 * frame["width"], frame["y"] + 0.5 * frame["height"])
    wait_for(page, whole, FOUND, "!==")
    assert "box" not in params(page)
    page.mouse.up()
    wait_for_answer(page, crop=params(page)["box"])


def test_a_box_is_moved_and_resized_by_mouse(visit: Any) -> None:
    page = visit("/photo")
    choose(page)
    drag(page, (0.2, 0.3), (0.7, 0.8))
    drag(page, (0.45, 0.55), (0.55, 0.5))
    wait_for_box(page, [0.3, 0.25, 0.5, 0.5])
    drag(page, (0.8, 0.75), (0.9, 0.95))
    wait_for_box(page, [0.3, 0.25, 0.6, 0.7])
    drag(page, (0.3, 0.6), (0.1, 0.1))
    wait_for_box(page, [0.1, 0.25, 0.8, 0.7])
    wait_for_answer(page, crop=params(page)["box"])
    page.get_by_role("button", name="Whole photo").click()
    page.wait_for_function("() => !location.search.includes('box')")
    wait_for_answer(page)


def test_a_box_is_moved_by_keyboard_and_read_out(visit: Any) -> None:
    page = visit("/photo")
    choose(page)
    page.get_by_label("Box around the item").focus()
    for key in ["-", "-", "-", "-", "-", "ArrowLeft", "ArrowDown", "Shift+ArrowRight", "Shift+ArrowUp"]:
        page.keyboard.press(key)
    side = 1.1**-5
    edge = (1 - side) / 2
    wait_for_box(page, [edge - 0.02, edge + 0.02, side + 0.02, side - 0.02], 0.001)
    wait_for_answer(page, crop=params(page)["box"])
    words = "Box 17% from left, 21% from top, 64% wide, 60% high."
    page.get_by_text(words).wait_for(state="attached")
    assert page.get_by_text(words).get_attribute("aria-live") == "polite"
    page.keyboard.press("Home")
    page.wait_for_url(lambda url: "box=" not in url)


def test_a_box_is_resized_by_finger_at_a_target_of_44_pixels(visit: Any) -> None:
    page = visit("/photo", width=390)
    choose(page)
    page.goto(page.url + "&box=0.2,0.2,0.5,0.5")
    wait_for_rest(page)
    frame = page.locator(".crop-frame").bounding_box()
    x, y = frame["x"] + 0.7 * frame["width"] + 20, frame["y"] + 0.7 * frame["height"] + 20
    session = page.context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        at = [{"x": x, "y": y} for x, y in points]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": at})

    touch("touchStart", (x, y))
    for step in range(1, 5):
        touch("touchMove", (x + step * frame["width"] / 40, y + step * frame["height"] / 40))
    touch("touchEnd")
    wait_for_box(page, [0.2, 0.2, 0.6, 0.6])


def test_reloading_keeps_the_photo_and_its_box_and_going_back_too(visit: Any) -> None:
    page = visit("/photo")
    choose(page)
    drag(page, (0.2, 0.3), (0.7, 0.8))
    before, address = wait_for_answer(page, crop=params(page)["box"]), page.url
    page.reload()
    wait_for_rest(page)
    wait_for(page, before, FOUND)
    assert page.url == address
    page.wait_for_function("() => document.querySelector('.crop-picture').naturalWidth > 0")
    page.locator(".photo-grid .card-title a").first.click()
    page.wait_for_url("**/product/**")
    page.go_back()
    page.wait_for_selector(".photo-desk")
    wait_for(page, before, FOUND)
    assert page.url == address


def test_another_device_is_told_that_the_photo_is_not_there(visit: Any) -> None:
    page = visit("/photo?key=0123456789abcdef&box=0.1,0.1,0.5,0.5")
    expect(page.locator("h1")).to_have_text("This photo is not on this device")
    expect(page.get_by_role("button", name="Choose a photo")).to_be_visible()


def test_a_photo_is_forgotten(visit: Any) -> None:
    page = visit("/photo")
    choose(page)
    address = page.url
    page.get_by_role("button", name="Forget this photo").click()
    page.wait_for_selector(".photo-start")
    page.goto(address)
    wait_for_rest(page)
    expect(page.locator("h1")).to_have_text("This photo is not on this device")


def test_photos_older_than_a_week_and_beyond_twenty_are_dropped(visit: Any) -> None:
    page = visit("/photo")
    page.evaluate("""async () => {
      const base = await new Promise(resolve => {
        const opening = indexedDB.open("lookalike-photos");
        opening.onsuccess = () => resolve(opening.result);
      });
      const work = base.transaction("photos", "readwrite");
      const photos = work.objectStore("photos");
      const day = 86400000;
      for (let at = 0; at < 25; at++) {
        const age = at < 5 ? 8 * day : day + at;
        const photo = {blob: new Blob(), width: 1, height: 1, shown: false};
        photos.put({...photo, key: `old-${at}`, at: Date.now() - age});
      }
      await new Promise(resolve => { work.oncomplete = resolve; });
    }""")
    page.goto("/photo?key=old-0")
    page.get_by_role("heading", name="This photo is not on this device").wait_for()
    choose(page)
    keys = page.evaluate("""() => new Promise(resolve => {
      const opening = indexedDB.open("lookalike-photos");
      opening.onsuccess = () => {
        const asked = opening.result.transaction("photos").objectStore("photos").getAllKeys();
        asked.onsuccess = () => resolve(asked.result);
      };
    })""")
    assert len(keys) == 20
    assert params(page)["key"] in keys
    assert not {f"old-{at}" for at in range(5)} & set(keys)


def test_a_file_that_is_no_picture_shows_the_services_answer(visit: Any) -> None:
    page = visit("/photo")
    page.set_input_files(
        ".photo-file", {"name": "list.heic", "mimeType": "image/heic", "buffer": b"no picture"}
    )
    page.wait_for_selector(".photo-found .notice-title")
    left = page.locator(".photo-unseen .soft")
    expect(left).to_have_text("This browser cannot show this file.")  # and no promise of the shop's
    expect(page.locator(".photo-found .notice-text")).not_to_be_empty()
    expect(page.get_by_role("button", name="Choose another photo")).to_be_visible()
    visit.forgive("400", "415")


def test_a_colour_chosen_narrows_the_results(visit: Any) -> None:
    page = visit("/photo")
    choose(page)
    page.locator("[data-facet=colour] summary").click()
    page.locator(".swatch").first.click()
    page.wait_for_function("() => location.search.includes('colour=')")
    colour = params(page)["colour"]
    wait_for_answer(page, where=f'colour="{colour}"')
    page.keyboard.press("Escape")
    page.get_by_role("button", name=f"Remove colour: {colour}").click()
    page.wait_for_function("() => !location.search.includes('colour=')")
    wait_for_answer(page)


def test_words_and_examples_ask_together_with_the_photo(visit: Any, serious: Any) -> None:
    page = visit("/photo", 390)
    choose(page)
    alone = shown(page)
    page.get_by_role("searchbox", name="Words beside the photo").fill("navy")
    page.wait_for_function("() => location.search.includes('text=navy')")
    assert wait_for_answer(page, text="navy") != alone
    page.get_by_role("button", name="Only navy").tap()
    page.wait_for_function("() => location.search.includes('colour=navy')")
    blue = wait_for_answer(page, text="navy", where='colour="navy"')
    liked = page.locator(".photo-grid .card").nth(1)
    name = liked.get_attribute("data-id")
    liked.locator(".more-like").tap()
    page.wait_for_function("() => location.search.includes('like=')")
    wait_for_answer(page, text="navy", where='colour="navy"', like=name)
    assert serious(page) == []
    page.go_back()
    page.wait_for_function("() => !location.search.includes('like=')")
    wait_for(page, blue, FOUND)
    expect(page.get_by_role("region", name="Your examples")).to_be_hidden()


def test_the_dial_turns_results_to_colour(visit: Any) -> None:
    page = visit("/photo")
    choose(page)
    page.locator(".adjust summary").click()
    page.get_by_role("button", name="Colour alone").click()
    page.wait_for_function("() => location.search.includes('dial=1')")
    wait_for_answer(page, weights="colour=1")


def test_more_are_shown_when_asked_for(visit: Any) -> None:
    page = visit("/photo")
    choose(page)
    page.goto(page.url + "&k=6")
    wait_for_rest(page)
    expect(page.locator(FOUND)).to_have_count(6)
    page.get_by_role("button", name="Show more").click()
    page.wait_for_function("() => location.search.includes('k=30')")
    assert len(wait_for_answer(page, k="30")) > 6


def test_a_camera_that_is_refused_is_explained(visit: Any) -> None:
    page = visit("/photo")
    page.get_by_role("button", name="Use the camera").click()
    page.wait_for_selector(".camera-what")
    assert page.get_by_role("dialog").get_by_role("button", name="Choose a photo").is_visible()
    page.keyboard.press("Escape")
    page.wait_for_selector("dialog.camera", state="detached")


def test_while_a_question_is_out_only_the_newest_of_the_others_is_asked(visit: Any) -> None:
    page = visit("/photo")
    told = page.evaluate("""async () => {
      const script = document.querySelector("script[type=module]").src;
      const {asking} = await import(new URL("parts/photo-asking.js", script));
      const begun = [], shown = [], answer = [];
      const line = asking({
        ask: (question, signal) => (begun.push(question), new Promise((resolve, reject) => {
          answer.push(() => resolve(question));
          signal.addEventListener("abort", () => reject(new DOMException("", "AbortError")));
        })),
        show: (found) => shown.push(found),
        fail: (error) => shown.push(String(error)),
      });
      const turn = () => new Promise(resolve => setTimeout(resolve));
      for (const question of ["one", "two", "three", "three"]) line.want(question);
      answer[0]();
      await turn();
      line.want("four", {now: true});
      await turn();
      line.want("four", {now: true});
      answer[2]();
      await turn();
      line.want("four");
      return [begun, shown];
    }""")
    assert told == [["one", "three", "four"], ["one", "four"]]
