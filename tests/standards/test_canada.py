"""Canada's service standards: the figures the government publishes, from the table it publishes."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from scorecard.declare.load import Declarations, load

YEAR, FIRST_DAY = "2023-2024", "2023-04-01"
AS_OF = "2025-03-01"
# What a published judgement says, and the statuses it can come out as.
SAYS = {
    "Y": {"met"},
    "N": {"missed"},
    "NA": {"no data", "not in force"},
}
Rows = list[dict[str, Any]]
# pandas annotates what it returns too widely to be of use here.
Table = Any
Figures = dict[tuple[str, str | None], Any]


@pytest.fixture(scope="module")
def folder(shared_data: Path) -> Path:
    return shared_data / "gc_service_standards"


@pytest.fixture(scope="module")
def canada(
    folder: Path,
    organisation: Callable[[str, Path], Any],
    tmp_path_factory: pytest.TempPathFactory,
) -> Any:
    """The snapshot of 1 March 2025, imported and measured."""
    government = organisation("canada", tmp_path_factory.mktemp("canada"))
    _import(government, folder / "si_2024_snapshot_2025-03-01.csv.gz", "services", AS_OF)
    _import(government, folder / "ss_2024_snapshot_2025-03-01.csv.gz", "service_standards", AS_OF)
    government.run("measure")
    return government


@pytest.fixture(scope="module")
def rows(canada: Any) -> Rows:
    return canada.show("--period", "2023-24")


@pytest.fixture(scope="module")
def figures(canada: Any) -> Figures:
    """By metric and organisation, the figures of the whole fiscal year 2023-24."""
    return {
        (row.metric, row.department): row
        for row in canada.figures()
        if row.scope == "{}" and row.period.isoformat() == FIRST_DAY
    }


@pytest.fixture(scope="module")
def declared(repository: Path) -> Declarations:
    return load(repository / "standards" / "canada")


@pytest.fixture(scope="module")
def standards(folder: Path) -> Table:
    return _read(folder / "ss_2024_snapshot_2025-03-01.csv.gz")


@pytest.fixture(scope="module")
def inventory(folder: Path) -> Table:
    """The services that the published tables count, in pandas."""
    services = _read(folder / "si_2024_snapshot_2025-03-01.csv.gz")
    counted = services["service_scope"].str.contains("EXTERN|ENTERPRISE")
    return services[counted & (services["fiscal_yr"] == YEAR)]


@pytest.fixture(scope="module")
def maf(folder: Path, declared: Declarations) -> Table:
    return _published(folder / "published_2025-03-01" / "maf_all.csv", declared)


@pytest.fixture(scope="module")
def ib(folder: Path, declared: Declarations) -> Table:
    return _published(folder / "published_2025-03-01" / "ib_all.csv", declared)


def test_external_services_met_1228_of_1674_standards(rows: Rows, figures: Figures) -> None:
    [whole] = [r for r in rows if r["standard"] == "standards-met" and r["department"] is None]
    assert (whole["numerator"], whole["denominator"], whole["n"]) == (1_228, 1_674, 1_674)
    assert round(whole["actual"], 2) == 73.36
    parts = [row for (metric, who), row in figures.items() if metric == "standards_met" and who]
    assert sum(row.numerator for row in parts) == 1_228
    assert sum(row.denominator for row in parts) == 1_674


def test_each_organisations_share_of_standards_met_equals_pandas(
    folder: Path, figures: Figures, standards: Table
) -> None:
    services = _read(folder / "si_2024_snapshot_2025-03-01.csv.gz")
    both = standards.merge(
        services[["fiscal_yr", "service_id", "service_scope"]], on=["fiscal_yr", "service_id"]
    )
    external = both[
        (both["fiscal_yr"] == YEAR)
        & both["service_scope"].str.contains("EXTERN")
        & (both["target_met"] != "NA")
    ]
    expected = {
        who: (int((group["target_met"] == "Y").sum()), len(group))
        for who, group in external.groupby("owner_org")
    }
    found = {
        who: (int(row.numerator), row.n)
        for (metric, who), row in figures.items()
        if metric == "standards_met" and who is not None
    }
    assert found == expected


def test_every_published_judgement_comes_out(canada: Any, standards: Table) -> None:
    """All 2,341 standards, each by its own target, volume and total."""
    judged = {
        (row["standard"], row["period"]): row
        for row in canada.show()
        if row["metric"] == "performance"
    }
    wrong = {
        (id, said, row["status"])
        for id, year, said in zip(
            _ids(standards), standards["fiscal_yr"], standards["target_met"], strict=True
        )
        for row in [judged[id, f"{year[:4]}-04-01"]]
        if row["status"] not in SAYS[said]
    }
    assert len(standards) == 2_341
    assert wrong == set()


def test_six_standards_are_met_because_performance_is_rounded(rows: Rows, standards: Table) -> None:
    exact = [
        row
        for row in rows
        if row["metric"] == "performance"
        and row["status"] == "met"
        and 100 * row["numerator"] / row["denominator"] < row["expected"] - 1e-9
    ]
    assert len(exact) == 6
    [energy] = [row for row in exact if row["numerator"] == 8672]
    assert (energy["denominator"], energy["expected"], energy["actual"]) == (8760, 99, 99)
    published = dict(zip(_ids(standards), standards["target_met"], strict=True))
    assert {published[row["standard"]] for row in exact} == {"Y"}


def test_the_id_of_a_standard_ends_with_the_published_one(rows: Rows, standards: Table) -> None:
    shown = {row["standard"] for row in rows if row["metric"] == "performance"}
    assert set(_ids(standards)) <= shown


@pytest.mark.parametrize(
    ("metric", "top", "bottom"),
    [
        ("services_with_standards", "service_with_std_count", "service_count_maf1"),
        ("standards_met_with_enterprise", "service_standard_met", "service_standard_count"),
        ("online_end_to_end", "online_e2e_count", "service_count_maf5"),
        ("online_points_in_use", "activated_point_count", "point_count"),
        ("services_improved", "improved_services_count", "service_count_maf8"),
    ],
)
def test_published_maf_figures_of_each_organisation(
    figures: Figures, maf: Table, metric: str, top: str, bottom: str
) -> None:
    published = {
        who: (_number(above), _number(below))
        for who, above, below in zip(maf.index, maf[top], maf[bottom], strict=True)
        if _number(below)
    }
    found = {
        who: (row.numerator, row.denominator)
        for (name, who), row in figures.items()
        if name == metric and who is not None
    }
    assert found == published


def test_the_published_inventory_counts_are_those_of_the_ib_table_too(
    figures: Figures, ib: Table
) -> None:
    for metric, top, bottom in (
        ("services_with_standards", "service_with_std_count", "service_count"),
        ("standards_met_with_enterprise", "service_standard_met", "service_standard_count"),
        ("online_end_to_end", "online_e2e_count", "service_count"),
    ):
        for who, row in ib.iterrows():
            figure = figures.get((metric, str(who)))
            assert _number(row[top]) == (figure.numerator if figure else 0)
            assert _number(row[bottom]) == (figure.denominator if figure else 0)


CHANNELS = {
    "num_applications_online": ["online"],
    "num_applications_by_phone": ["by_phone"],
    "num_applications_by_mail": ["by_mail"],
    "num_applications_in_person": ["in_person"],
    "num_applications_by_other_fax_and_email": ["by_other", "by_fax", "by_email"],
}


def test_applications_by_channel_equal_the_published_totals(folder: Path, figures: Figures) -> None:
    totals: Table = pd.read_csv(
        folder / "published_2025-03-01" / "dp_metrics.csv", sep=";", index_col=0, dtype=str
    )
    published = dict(zip(totals.index, totals["5"], strict=True))
    assert published["fiscal_yr"] == YEAR
    for channel in ("online", "in_person"):
        total = figures[f"applications_{channel}", None].value
        assert total == float(published[f"num_applications_{channel}"])


@pytest.mark.parametrize("column", CHANNELS)
def test_the_published_applications_of_an_organisation_are_texts_joined_not_sums(
    column: str, figures: Figures, inventory: Table, ib: Table
) -> None:
    """Joined in the order of the file they give the published value, all 78; added, ours."""
    channels = [f"num_applications_{channel}" for channel in CHANNELS[column]]
    for who, services in inventory.groupby("owner_org"):
        cells = services[channels].to_numpy().ravel()
        assert "".join(cells) == ib.loc[str(who), column]
        counted = [int(cell) for cell in cells if cell.isdigit()]
        parts = [figures.get((f"applications_{c}", str(who))) for c in CHANNELS[column]]
        assert sum(part.value for part in parts if part) == sum(counted)


def test_the_published_figures_are_those_of_the_snapshot_not_of_what_changed_later(
    folder: Path, figures: Figures, declared: Declarations, standards: Table
) -> None:
    """The later differences, applied to the snapshot, lead away from the published 1,228 of 1,674.

    They are dated 10 February 2026, as is the publication that does not contain them.
    """
    numbers = _organisation_numbers(folder, declared)
    services = _read(folder / "si_2024_snapshot_2025-03-01.csv.gz")
    merged = standards.merge(
        services[["fiscal_yr", "service_id", "service_scope"]], on=["fiscal_yr", "service_id"]
    )
    merged["key"] = [
        f"{year}_{numbers[who]}_{service}_{standard}"
        for year, who, service, standard in zip(
            merged["fiscal_yr"],
            merged["owner_org"],
            merged["service_id"],
            merged["service_standard_id"],
            strict=True,
        )
    ]
    later = merged.set_index("key")
    comparison: Table = pd.read_csv(
        folder / "published_2025-03-01" / "ss_comparison.csv", sep=";", dtype=str
    )
    changed = comparison[comparison["section"] == "diffs"]
    removed = comparison[comparison["side"] == "base"]
    assert set(changed["key"]) | set(removed["key"]) <= set(later.index)
    for change in changed.itertuples():
        later.loc[change.key, change.field] = change.comp_value
    later = later.drop(index=list(removed["key"]))
    external = later[(later["fiscal_yr"] == YEAR) & later["service_scope"].str.contains("EXTERN")][
        "target_met"
    ]
    assert (int((external == "Y").sum()), int(external.isin(["Y", "N"]).sum())) == (1_218, 1_661)
    snapshot = figures["standards_met", None]
    assert (snapshot.numerator, snapshot.denominator) == (1_228, 1_674)


def test_the_thirteen_rows_of_the_published_truth_table(
    folder: Path, organisation: Callable[[str, Path], Any], tmp_path: Path
) -> None:
    """Imported, measured and judged like any other standard."""
    with (folder / "target_met_decision_table.csv").open(newline="", encoding="utf-8-sig") as file:
        table = list(csv.DictReader(file))
    assert len(table) == 13
    known = {
        "fiscal_yr": YEAR,
        "service_id": "1",
        "service_standard_en": "Truth",
        "service_standard_fr": "Vérité",
        "owner_org": "tbs-sct",
    }
    lines = [
        {**known, "service_standard_id": str(number), **{k: row[k] for k in _VOLUMES}}
        for number, row in enumerate(table, 1)
    ]
    truth = tmp_path / "truth.csv"
    with truth.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(lines[0]))
        writer.writeheader()
        writer.writerows(lines)
    government = organisation("canada", tmp_path / "workspace")
    _import(government, folder / "si_2024_snapshot_2025-03-01.csv.gz", "services", AS_OF)
    _import(government, truth, "service_standards", "2024-04-01")
    government.run("measure")
    status = {
        row["standard"]: row["status"]
        for row in government.show("--period", "2023-24")
        if row["metric"] == "performance"
    }
    for number, row in enumerate(table, 1):
        assert status[f"1-{number}"] in SAYS[row["target_met"]], row


_VOLUMES = ("target", "volume_meeting_target", "total_volume")


def test_without_its_date_a_snapshot_is_taken_to_be_of_the_end_of_its_last_year(
    folder: Path, organisation: Callable[[str, Path], Any], tmp_path: Path, rows: Rows
) -> None:
    """The only dates in the table are fiscal years: the year is judged, and no day told apart."""
    government = organisation("canada", tmp_path)
    _import(government, folder / "si_2024_snapshot_2025-03-01.csv.gz", "services", AS_OF)
    standards = folder / "ss_2024_snapshot_2025-03-01.csv.gz"
    receipt = government.run("import", "service_standards", standards)
    assert "moment   2024-04-01 04:00:00 UTC" in receipt
    government.run("measure")
    found = [{**row, "known_at": None} for row in government.show("--period", "2023-24")]
    assert found == [{**row, "known_at": None} for row in rows]


def test_the_earlier_snapshot_gives_way_to_the_later_one(
    folder: Path, organisation: Callable[[str, Path], Any], tmp_path: Path, rows: Rows
) -> None:
    government = organisation("canada", tmp_path)
    _import(government, folder / "si_2024_snapshot_2025-03-01.csv.gz", "services", AS_OF)
    for name, as_of in (
        ("ss_2024_snapshot_2025-03-01.csv.gz", AS_OF),
        ("ss_2024_as_of_2025-01-21.csv.gz", "2025-01-21"),
    ):
        _import(government, folder / name, "service_standards", as_of)
    government.run("measure")
    found = [{**row, "known_at": None} for row in government.show("--period", "2023-24")]
    assert found == [{**row, "known_at": None} for row in rows]


def test_organisations_and_standards_have_their_names_in_both_languages(
    declared: Declarations,
) -> None:
    departments = declared.organisation.departments
    assert len(departments) == 78
    assert all(department.names["fr"] for department in departments)
    find = declared.organisation.find_department
    assert find("Infrastructure Canada") == find("infc") == "infc"
    assert find("Logement, Infrastructure et Collectivités Canada") == "infc"


def _import(government: Any, file: Path, source: str, as_of: str) -> None:
    receipt = government.run("import", source, file, "--as-of", as_of)
    assert "0 quarantined" in receipt, receipt


def _read(file: Path) -> Table:
    return pd.read_csv(file, dtype=str, keep_default_na=False, encoding="utf-8-sig")


def _published(file: Path, declared: Declarations) -> Table:
    """The year's rows of a published table, by our id of the organisation."""
    table: Table = pd.read_csv(file, sep=";", dtype=str, keep_default_na=False)
    table = table[table["fiscal_yr"] == YEAR]
    ids = [_organisation(name, declared) for name in table["department_en"]]
    assert None not in ids
    assert len(set(ids)) == len(ids) == 78
    return table.set_index(pd.Index(ids))


def _organisation(name: str, declared: Declarations) -> str | None:
    return declared.organisation.find_department(
        name.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    )


def _organisation_numbers(folder: Path, declared: Declarations) -> dict[str, str]:
    table = _published(folder / "published_2025-03-01" / "maf_all.csv", declared)
    return {str(who): number.split(".")[0] for who, number in table["org_id"].items()}


def _ids(standards: Table) -> list[str]:
    return [
        f"{service}-{standard}"
        for service, standard in zip(
            standards["service_id"], standards["service_standard_id"], strict=True
        )
    ]


def _number(cell: str) -> float:
    return float(cell or 0)
