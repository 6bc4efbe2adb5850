"""How much of the variation is the measuring."""

import pytest

from measurement.charts.gage import gage
from measurement.values import BadData
from tests.measurement.oracles import oracle


def aiag() -> tuple[list[int], list[str], list[float]]:
    table = oracle("minitab_aiag_gage_rr_anova")["input"]["measurements_by_operator_trial_part"]
    rows = [(p, who, x) for who, trials in table.items() for trial in trials for p, x in enumerate(trial)]
    return [p for p, _, _ in rows], [who for _, who, _ in rows], [x for _, _, x in rows]


def test_the_aiag_study_as_minitab_prints_it() -> None:
    known = oracle("minitab_aiag_gage_rr_anova")
    expected, tolerance = known["expected"], known["tolerance"]

    found = gage(*aiag())

    rows = {row.source: row for row in found.anova}
    for source, ms in expected["MS"].items():
        assert rows[source].ms == pytest.approx(ms, abs=tolerance["abs"])
    assert rows["pooled repeatability"].ms == pytest.approx(expected["pooled_repeatability_MS"], abs=tolerance["abs"])
    assert rows["interaction"].f == pytest.approx(expected["interaction_F"], abs=5e-4)
    assert rows["interaction"].p == pytest.approx(expected["interaction_p"], abs=5e-4)
    for name, variance in expected["varcomp"].items():
        assert found.components[name].variance == pytest.approx(variance, abs=tolerance["abs"])
    near = tolerance["pct_abs"]
    assert found.components["grr"].pct_contribution == pytest.approx(expected["pct_contribution_grr"], abs=near)
    assert found.components["grr"].pct_study_var == pytest.approx(expected["pct_study_var_grr"], abs=near)
    assert found.components["part"].pct_study_var == pytest.approx(expected["pct_study_var_part"], abs=near)
    assert found.ndc == expected["ndc"]


def test_pooling_is_named_and_can_be_turned_off() -> None:
    pooled, whole = gage(*aiag()), gage(*aiag(), pooled_above=1.0)

    assert pooled.notes == ("interaction pooled into repeatability: p > 0.25",)
    assert "interaction" in whole.components
    assert whole.components["interaction"].variance == 0
    assert whole.components["repeatability"].variance == pytest.approx(0.04598, abs=6e-6)


def test_the_rows_may_come_in_any_order_and_a_tolerance_gives_its_percent() -> None:
    parts, operators, values = aiag()

    turned = gage(parts[::-1], operators[::-1], values[::-1], tolerance=8.0)

    assert turned.components["grr"].variance == pytest.approx(0.0914285, abs=1e-6)
    assert turned.components["grr"].pct_tolerance == pytest.approx(100 * 6 * 0.302372 / 8, abs=1e-3)
    assert turned.verdict == "acceptable for some purposes: the measuring makes 27.9 % of the study variation"


def test_an_unbalanced_study_is_refused_with_what_was_found() -> None:
    parts, operators, values = aiag()

    with pytest.raises(BadData, match="10 parts by 3 operators, measured 2 or 3 times each"):
        gage(parts[1:], operators[1:], values[1:])
    with pytest.raises(BadData, match="measured 1 times"):
        gage([1, 2, 3, 4] * 2, ["a"] * 4 + ["b"] * 4, list(range(8)))
    with pytest.raises(BadData, match="do not vary"):
        gage([1, 1, 2, 2] * 2, ["a"] * 4 + ["b"] * 4, [1.0] * 8)


def test_a_gage_without_any_variation_of_its_own_says_so() -> None:
    found = gage([1, 1, 2, 2] * 2, ["a"] * 4 + ["b"] * 4, [1.0, 1.0, 3.0, 3.0] * 2)

    assert found.components["grr"].variance == 0
    assert "the gage may be too coarse" in found.notes[-1]
    assert found.to_json()["components"]["part"]["pct_study_var"] == 100
