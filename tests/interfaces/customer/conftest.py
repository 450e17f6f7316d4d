"""客户舞台: one customer, one company and one moment for every test of the room."""

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from tests.interfaces.customer.stage import PHONE, Customer, Watch, sign_in
from yekuo.operations.rehearsal.company import Company, found_company


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    return Watch(monkeypatch)


@pytest.fixture
def company(db: None, watch: Watch, settings: Settings, tmp_path: Path) -> Company:
    settings.MEDIA_ROOT = tmp_path
    return found_company(at=watch.at)


@pytest.fixture
def customer(company: Company, client: Client, watch: Watch) -> Customer:
    sign_in(client, PHONE, watch.at)
    return Customer(client, company, watch)
