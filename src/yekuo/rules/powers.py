"""权限清单: which role may do which deed, up to which voltage and capacity."""

from enum import StrEnum


class Role(StrEnum):
    """岗位: the roles of the company, and customer, agent and system for whoever acts without one."""

    CLERK = "clerk"
    MANAGER = "manager"
    SURVEYOR = "surveyor"
    PLANNER = "planner"
    OPERATIONS = "operations"
    CONSTRUCTION = "construction"
    DISPATCHER = "dispatcher"
    FINANCE = "finance"
    MATERIALS = "materials"
    METERING = "metering"
    INSPECTOR = "inspector"
    CHIEF = "chief"
    SUPERVISOR1 = "supervisor1"
    SUPERVISOR2 = "supervisor2"
    ANALYST = "analyst"
    ADMINISTRATOR = "administrator"
    CUSTOMER = "customer"
    AGENT = "agent"
    SYSTEM = "system"
