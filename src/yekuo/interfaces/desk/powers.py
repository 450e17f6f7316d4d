"""权限清单: who may do what, as the rules ask it at every deed; the reader's own lines stand out."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from yekuo.interfaces.desk.reader import Reader, desk
from yekuo.rules.powers import Role, as_table, role_name, who_may


@require_safe
@desk
def powers(request: HttpRequest, reader: Reader) -> HttpResponse:
    """This function will show the whole list, or with `?role=` what one role may do."""
    table = reader.shelf.powers
    wanted = request.GET.get("role", "")
    role = wanted if wanted in set(Role) else ""
    lines = [
        (line, reader.may(line.deed))
        for line in as_table(table=table)
        if not role or role in who_may(line.deed, None, table=table)
    ]
    roles = [(one.value, role_name(one, table=table)) for one, _ in table.role_names]
    return render(request, "desk/powers.html", {"lines": lines, "roles": roles, "role": role, "reader": reader})
