"""Stage 5: what a person sees in the Prefect UI."""

from prefect.artifacts import acreate_markdown_artifact, acreate_table_artifact

from dr_syncer.engine import markdown
from dr_syncer.engine.report import Report
from dr_syncer.plan.model import Plan
from tasks.box import Box
from tasks.stage import stage


@stage("report")
async def report(finished: Box[Report], key: str) -> None:
    """A Markdown summary and a table by kind, under keys that keep the history of this replication."""
    await acreate_markdown_artifact(
        markdown.of_report(finished.value), key=f"{key}-summary", description="What the run did"
    )
    await acreate_table_artifact(markdown.kind_rows(finished.value), key=f"{key}-kinds", description="Objects by kind")


@stage("show_plan")
async def show_plan(plan: Box[Plan], key: str) -> None:
    """The plan of a dry run, with every field that would change."""
    await acreate_markdown_artifact(markdown.of_plan(plan.value), key=f"{key}-plan", description="What a run would do")
