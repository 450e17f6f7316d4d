"""提交方式: whether this connection waits for the disk at each commit."""

from yekuo.records.log import cursor


def commit_without_waiting() -> None:
    """This function will let this connection's commits reach the disk a moment later; only for what can be made again."""
    with cursor() as sql:
        sql.execute("set synchronous_commit to off")
