"""What a mapping makes of the columns of real exports."""

import pytest

from measurement.log.library import Library
from measurement.log.mapping import checked
from measurement.log.rules import CaseRules
from measurement.values import BadData
from tests.measurement.log.imports import GOOD, PLAIN, Import, told


def test_a_real_servicenow_export_is_read_by_its_labels(bring: Import, library: Library) -> None:
    from measurement.log.mapping import SERVICENOW

    done = bring(
        "Number,State,Updated,Assignment group,Assigned to,Opened,Resolved,Channel\n"
        "INC1,New,2026-01-01 09:00:00,Desk,,2026-01-01 08:59:00,,Phone\n"
        "INC1,Resolved,2026-01-01 11:00:00,Desk,Sam,2026-01-01 08:59:00,2026-01-01 10:58:00,Phone\n"
        "INC2,New,2026-01-02 09:00:00,Desk,,2026-01-02 08:59:00,,Email\n",
        SERVICENOW,
    )

    assert done.columns["case_id"] == "Number"
    assert done.columns["team"] == "Assignment group"
    log = library.open("d")
    rows = log.rows("SELECT case_id, ended_as, hour(resolved_at) AS hour, channel FROM cases ORDER BY case_id")
    assert [tuple(row.values()) for row in rows] == [("INC1", "resolved", 10, "Phone"), ("INC2", None, None, "Email")]
    assert log.rows(log.field_sql("Assignment group"))[0] == {"case_id": "INC1", "value": "Desk"}


def test_a_record_whose_resolution_was_taken_back_is_open(bring: Import, library: Library) -> None:
    rows = (
        "case,what,when,resolved\na,new,2026-01-01,\na,resolved,2026-01-02,2026-01-02\na,new,2026-01-03,\n"
        "b,new,2026-01-01,\nb,resolved,2026-01-02,2026-01-02\n"
    )
    for snapshots, ends in ((True, [None, "resolved"]), (False, ["resolved", "resolved"])):
        rules = CaseRules(resolved=("resolved",), snapshots=snapshots)

        bring(rows, PLAIN.model_copy(update={"rules": rules}), dataset=f"d{snapshots:d}")

        found = library.open(f"d{snapshots:d}").rows("SELECT ended_as FROM cases ORDER BY case_id")
        assert [row["ended_as"] for row in found] == ends


def test_columns_a_strict_mapping_names_must_be_there(bring: Import) -> None:
    with pytest.raises(BadData, match="no column 'group' for the mapping"):
        bring(GOOD, PLAIN.model_copy(update={"team": "group"}))


def test_kinds_and_machines_are_declared_by_value(bring: Import, library: Library) -> None:
    mapping = checked(
        {
            "case": "case",
            "activity": ["what", "state"],
            "time": "when",
            "person": "who",
            "machines": ["robot"],
            "kinds": {"open+new": "waiting"},
        },
        "here",
    )

    bring(
        "case,what,state,when,who\na,open,new,2026-01-01,robot\na,work,on,2026-01-02,sam\na,x,,2026-01-03,\na,,y,2026-01-04,\n",
        mapping,
    )

    rows = library.open("d").rows("SELECT activity, kind, human, state FROM events ORDER BY seq")
    assert [tuple(row.values()) for row in rows] == [
        ("open+new", "waiting", False, "new"),
        ("work+on", None, True, "on"),
        ("x", None, None, None),
    ]


def test_a_column_joins_the_activity_where_it_varies_and_the_first_file_decides(
    bring: Import, library: Library
) -> None:
    mapping = PLAIN.model_copy(update={"activity_varies": ("state",), "optional": True})

    bring("case,what,when,state\na,open,2026-01-01,complete\na,close,2026-01-02,complete\n", mapping)
    bring("case,what,when,state\nb,open,2026-01-01,start\nb,open,2026-01-02,complete\n", mapping)

    assert {row[2] for row in told(library)} == {"open", "close"}
