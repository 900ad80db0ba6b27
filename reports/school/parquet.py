"""A stretch of a school's days for its analyst: Parquet, a row a pupil, day and category."""

from collections.abc import AsyncIterator
from dataclasses import astuple
from pathlib import Path
from typing import Any

from store.pupil_days import PupilDay

MEANING = {
    "day": "local day",
    "pupil": "pseudonym of a pupil: the same in each file of this installation, in no other",
    "category": "what the sites are about; empty: all together; unlisted: no list knows them",
    "minutes": "attended minutes, each once",
    "lessons": "of these in lessons",
    "breaks": "of these in breaks",
    "visits": "visits that went on",
    "stopped": "minutes with a site that was stopped, each site by itself",
}


async def write(path: Path, days: AsyncIterator[list[PupilDay]]) -> int:
    """Write days to a file, one after the other; return how many rows."""
    import pyarrow as pa  # noqa: PLC0415 large, and only an analyst needs it
    import pyarrow.parquet as pq  # noqa: PLC0415 as above

    schema, written = _schema(pa), 0
    with pq.ParquetWriter(path, schema, compression="zstd") as file:
        async for rows in days:
            if rows:
                columns = list(zip(*map(astuple, rows), strict=True))
                arrays = [
                    pa.array(column, field.type)
                    for column, field in zip(columns, schema, strict=True)
                ]
                file.write_table(pa.Table.from_arrays(arrays, schema=schema))
                written += len(rows)
    return written


def _schema(pa: Any) -> Any:
    types = {"day": pa.date32(), "pupil": pa.string(), "category": pa.string()}
    return pa.schema(
        [
            pa.field(name, types.get(name, pa.int32()), metadata={"meaning": meaning})
            for name, meaning in MEANING.items()
        ]
    )
