"""The comparison with reference numbers can fail."""

from tests.measurement.oracles import ROOT, data, differences, every_id, oracle


def test_an_oracle_and_a_log_are_found() -> None:
    assert oracle("nist_ewma")["topic"] == "spc.ewma"
    assert "nist_ewma" in every_id()
    assert data("uci_incident_event_log.csv.gz").is_file()


def test_a_difference_is_named_with_its_place() -> None:
    given = {"a": [1, 2.5], "b": {"c": True}, "more": 1}

    assert list(differences(given, {"a": [1, 2.501], "b": {"c": True}}, {"abs": 0.01})) == []
    assert list(differences(given, {"a": [1, 2.6], "b": {"c": 1.5}, "d": 0}, {"abs": 0.01})) == [
        ".a[1]: 2.5 instead of 2.6",
        ".b.c: True instead of 1.5",
        ".d: missing",
    ]


def test_every_oracle_is_asked_for_by_a_test() -> None:
    texts = [path.read_text() for path in (ROOT / "tests").rglob("test_*.py") if path.name != "test_oracles.py"]

    assert {key for key in every_id() if not any(f'"{key}"' in text for text in texts)} == set()
