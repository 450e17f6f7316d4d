"""台账: the only SQL; Django models, and per room one module of queries and appends.

`APPEND_ONLY` names the log tables: the app role may insert and read there, never change or delete.
"""

APPEND_ONLY: tuple[str, ...] = (
    "records_event",
    "records_seal",
    "records_disclosure",
    "records_print",
    "records_printing",
    "records_oversightstep",
    "records_capacityentry",
    "records_gridexport",
    "records_studybasis",
)
