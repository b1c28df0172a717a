"""Products and pictures as Arrow rows, and back."""

from __future__ import annotations

import json
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from sys import intern

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lookalike.glance import GLANCE_BYTES
from lookalike.products import PictureSource, Price, Product
from lookalike.store.base import StoredPicture
from lookalike.vectors import Floats, Rows, unit

COLOURS = 5
"""Rows of a stored palette; a shorter one is padded with zeros."""

SEARCHED = ("id", "title", "brand", "category", "amount", "currency", "availability", "group", "attributes")
"""Columns of the products table that a search needs; it needs descriptions too, see `searched`."""

MOST_SEARCHED = 4000
"""Characters of a description that a search knows, some 600 words."""

_DESCRIPTION = r'"description":"(?P<text>(?:[^"\\]|\\.)*)"'  # inside a text of JSON no quote stands alone
_DECODE = json.JSONDecoder().raw_decode  # of what has no space around it
_KEY = {b"lance-schema:unenforced-primary-key": b"true"}
_ROWS_AT_ONCE = 1024
_TEXTS = ("id", "title", "description", "brand", "category", "availability", "group", "link")


def _column(name: str, kind: pa.DataType, *, key: bool = False, null: bool = False) -> pa.Field:
    return pa.field(name, kind, nullable=null, metadata=_KEY if key else None)


_ATTRIBUTES = pa.list_(pa.struct([_column("name", pa.string()), _column("value", pa.string())]))

PRODUCT_SCHEMA = pa.schema(
    [
        _column("id", pa.string(), key=True),
        _column("title", pa.string()),
        _column("brand", pa.string()),
        _column("category", pa.string()),
        _column("amount", pa.float64(), null=True),
        _column("currency", pa.string()),
        _column("availability", pa.string()),
        _column("group", pa.string()),
        _column("attributes", _ATTRIBUTES),
        _column("document", pa.string()),
        _column("metadata_hash", pa.string()),
    ]
)
"""The columns a search needs, and ``document``: the whole product as JSON, since one column is fetched in a
tenth of the time of twelve."""


def picture_schema(dim: int) -> pa.Schema:
    """Columns of the pictures table, for looks of ``dim`` numbers."""
    return pa.schema(
        [
            _column("product_id", pa.string(), key=True),
            _column("position", pa.int32(), key=True),
            _column("uri", pa.string()),
            _column("stamp", pa.string()),
            _column("content_hash", pa.string()),
            _column("pixel_hash", pa.string()),
            _column("width", pa.int32()),
            _column("height", pa.int32()),
            _column("look", pa.list_(_column("item", pa.float16()), dim)),
            _column("norm", pa.float32()),
            _column("palette", pa.list_(_column("item", pa.float32()), COLOURS * 4)),
            _column("thumbnail", pa.large_binary()),
            _column("glance", pa.binary()),
            _column("original", pa.large_binary(), null=True),
            _column("checksum", pa.uint32()),
        ]
    )


def products_to_table(products: Sequence[Product]) -> pa.Table:
    """Rows of the products table. Raises `UnicodeEncodeError` (a `ValueError`) for lone surrogates."""
    rows = [
        {
            "id": p.id,
            "title": p.title,
            "brand": p.brand,
            "category": p.category,
            "amount": None if p.price is None else p.price.number,
            "currency": "" if p.price is None else p.price.currency,
            "availability": p.availability,
            "group": p.group,
            "attributes": [{"name": name, "value": value} for name, value in p.attributes.items()],
            "document": product_to_json(p),
            "metadata_hash": p.metadata_hash(),
        }
        for p in products
    ]
    return pa.Table.from_pylist(rows, schema=PRODUCT_SCHEMA)


def searched(rows: pa.Table) -> pa.Table:
    """What a search needs of rows with `SEARCHED` and ``document``: the former, and the descriptions.

    Those are taken out of the documents, where they stand anyway; to parse all these takes ten times as long.
    """
    found = pc.struct_field(pc.extract_regex(rows.column("document"), _DESCRIPTION), "text")
    texts = pa.chunked_array([_unescaped(pc.fill_null(chunk, "")) for chunk in found.chunks], pa.string())
    short = pc.utf8_slice_codeunits(texts, 0, MOST_SEARCHED)
    return rows.select(list(SEARCHED)).append_column(_column("description", pa.string()), short)


def _unescaped(texts: pa.StringArray) -> pa.StringArray:
    """Texts as JSON writes them between quotes, read."""
    if not pc.any(escaped := pc.match_substring(texts, "\\")).as_py():
        return texts
    whole = '","'.join(texts.filter(escaped).to_pylist())
    read = json.loads(f'["{whole}"]')
    return pc.replace_with_mask(texts, escaped, pa.array(read, pa.string()))


def product_to_json(product: Product) -> str:
    """The product as it is kept: the amount as text, pictures by where they are, without bytes."""
    price = product.price
    document = {name: getattr(product, name) for name in _TEXTS}
    document["attributes"] = dict(product.attributes)
    document["pictures"] = [picture.uri for picture in product.pictures]
    document["price"] = None if price is None else [str(price.amount), price.currency]
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def product_from_json(text: str) -> Product:
    """The product that `product_to_json` wrote."""
    document = _DECODE(text)[0]
    attributes, price = document["attributes"], document["price"]
    return Product(  # of texts that many products have one copy is kept
        document["id"],
        tuple(map(PictureSource, document["pictures"])),
        document["title"],
        document["description"],
        intern(document["brand"]),
        intern(document["category"]),
        None if price is None else Price(Decimal(price[0]), price[1]),
        intern(document["availability"]),
        document["group"],
        document["link"],
        dict(zip(map(intern, attributes), map(intern, attributes.values()), strict=True)),
    )


def picture_batches(pictures: Iterable[StoredPicture], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    """Rows of the pictures table, about a thousand at a time, so that a large commit needs little memory."""
    waiting: list[StoredPicture] = []
    for picture in pictures:
        waiting.append(picture)
        if len(waiting) == _ROWS_AT_ONCE:
            yield _picture_batch(waiting, schema)
            waiting = []
    if waiting:
        yield _picture_batch(waiting, schema)


def _picture_batch(pictures: Sequence[StoredPicture], schema: pa.Schema) -> pa.RecordBatch:
    dim = schema.field("look").type.list_size
    pool = (
        pa.system_memory_pool()
    )  # Lance frees in threads of its own, and Arrow's default pool would keep it all
    looks = np.stack([p.look for p in pictures]).astype(np.float16)
    palettes = pad_palettes([p.palette for p in pictures])
    values = {
        "look": pa.FixedSizeListArray.from_arrays(
            pa.array(looks.ravel()), type=pa.list_(_column("item", pa.float16()), dim)
        ),
        "palette": pa.FixedSizeListArray.from_arrays(
            pa.array(palettes.ravel()), type=pa.list_(_column("item", pa.float32()), COLOURS * 4)
        ),
        "checksum": pa.array(
            [
                checksum(looks[i].tobytes(), palettes[i].tobytes(), p.thumbnail, p.glance, p.original)
                for i, p in enumerate(pictures)
            ],
            pa.uint32(),
        ),
    }
    arrays = [
        values[field.name]
        if field.name in values
        else pa.array([getattr(p, field.name) for p in pictures], field.type, memory_pool=pool)
        for field in schema
    ]
    return pa.record_batch(arrays, schema=schema)


def pictures_from_table(table: pa.Table, raw: bool = False) -> list[StoredPicture]:
    """Pictures, in the order of the rows; without ``original`` where the table lacks that column.

    ``raw``: looks as they were rounded, not unit again.
    """
    if not table.num_rows:
        return []
    kept = "original" in table.column_names
    originals = table.column("original").to_pylist() if kept else [None] * table.num_rows
    column = table.column("look")
    looks = halves_of(column).astype(np.float32) if raw else looks_of(column)
    palettes = palettes_of(table.column("palette"))
    plain = (
        "product_id",
        "position",
        "uri",
        "stamp",
        "content_hash",
        "pixel_hash",
        "width",
        "height",
        "norm",
    )
    columns = [table.column(name).to_pylist() for name in (*plain, "thumbnail", "glance")]
    return [
        StoredPicture(
            **dict(zip(plain, row[:-2], strict=True)),
            look=looks[i],
            palette=palettes[i][palettes[i][:, 3] > 0],
            thumbnail=row[-2],
            glance=row[-1],
            original=originals[i],
        )
        for i, row in enumerate(zip(*columns, strict=True))
    ]


def looks_of(column: pa.ChunkedArray, order: Rows | None = None) -> Floats:
    """Looks, shape (n, dim), as `lookalike.vectors.stored` returns them, in this order of the rows."""
    halves = halves_of(column) if order is None else halves_of(column)[order]
    return unit(halves.astype(np.float32))[0]


def halves_of(column: pa.ChunkedArray) -> np.ndarray[tuple[int, int], np.dtype[np.float16]]:
    """Looks as they lie on disk: half precision, shape (n, dim)."""
    array = column.combine_chunks()
    halves: np.ndarray[tuple[int, int], np.dtype[np.float16]] = (
        array.flatten().to_numpy(zero_copy_only=False).reshape(len(array), array.type.list_size)
    )
    return halves


def palettes_of(column: pa.ChunkedArray) -> Floats:
    """Palettes, shape (n, 5, 4), zero share where a palette is shorter."""
    array = column.combine_chunks()
    palettes: Floats = array.flatten().to_numpy(zero_copy_only=False).reshape(len(array), COLOURS, 4)
    return palettes


def put_glances(
    column: pa.BinaryArray, glances: np.ndarray[tuple[int, int], np.dtype[np.uint8]], rows: Rows
) -> None:
    """Lay stored glances down as these rows of ``glances``; one of another length is left out."""
    held = column.to_pylist()
    sound = [at for at, one in enumerate(held) if len(one) == GLANCE_BYTES]
    joined = np.frombuffer(b"".join(held[at] for at in sound), dtype=np.uint8)
    glances[rows[sound]] = joined.reshape(-1, GLANCE_BYTES)


def pad_palettes(palettes: Sequence[Floats]) -> Floats:
    """Palettes of up to five colours as one array, shape (n, 5, 4), filled up with zeros."""
    padded = np.zeros((len(palettes), COLOURS, 4), dtype=np.float32)
    for row, palette in zip(padded, palettes, strict=True):
        row[: len(palette)] = palette
    return padded


def checksum(look: bytes, palette: bytes, thumbnail: bytes, glance: bytes, original: bytes | None) -> int:
    """CRC-32 over everything of a picture that is not text, so that a zeroed page is found."""
    crc = zlib.crc32(look)
    for part in (palette, thumbnail, glance, original or b""):
        crc = zlib.crc32(part, crc)
    return crc


def require_sound(
    products: Sequence[Product],
    pictures: Mapping[str, Sequence[StoredPicture]],
    remove: Sequence[str],
    dim: int,
) -> None:
    """Raise `ValueError` for what `Writer.commit` calls a programming error, but for unknown products."""
    ids = {product.id for product in products}
    if len(ids) != len(products):
        raise ValueError("an id stands twice in products")
    if "" in ids:
        raise ValueError("a product has an empty id")
    if both := (ids | pictures.keys()) & set(remove):
        raise ValueError(f"both written and removed: {sorted(both)[:3]}")
    for product_id, own in pictures.items():
        product_id.encode()
        if len({picture.position for picture in own}) != len(own):
            raise ValueError(f"a position stands twice in the pictures of {product_id!r}")
        for picture in own:
            require_sound_picture(product_id, picture, dim)
    for name in remove:
        name.encode()


def sound_pictures(
    pictures: Iterable[StoredPicture], products: Collection[str], dim: int
) -> Iterator[StoredPicture]:
    """Hand pictures on one by one; raise `ValueError` at one that `Writer.switch` does not take."""
    met: set[tuple[str, int]] = set()
    for picture in pictures:
        if picture.product_id not in products:
            raise ValueError("a picture of a product that does not exist")
        if (key := (picture.product_id, picture.position)) in met:
            raise ValueError(f"a position stands twice in the pictures of {picture.product_id!r}")
        met.add(key)
        require_sound_picture(picture.product_id, picture, dim)
        yield picture


def require_sound_picture(product_id: str, picture: StoredPicture, dim: int) -> None:
    """Raise `ValueError` for a picture that no store takes."""
    where = f"picture {picture.position} of {product_id!r}"
    (picture.uri + picture.stamp).encode()
    if picture.product_id != product_id:
        raise ValueError(f"{where} says it is of {picture.product_id!r}")
    if picture.look.shape != (dim,) or not np.isfinite(picture.look).all():
        raise ValueError(
            f"{where} has a look of shape {picture.look.shape}, or not finite; expected ({dim},)"
        )
    shape = picture.palette.shape
    if len(shape) != 2 or shape[0] > COLOURS or shape[1] != 4:
        raise ValueError(f"{where} has a palette of shape {shape}")
    if len(picture.glance) not in (0, GLANCE_BYTES):
        raise ValueError(f"{where} has a glance of {len(picture.glance)} bytes")
