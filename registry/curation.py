"""Registry: what people decided about generated products. Rows are only added; the newest ones count."""

from sqlalchemy import insert, select

from components.products.curation import Action, Review, check_review
from registry.database import connected
from registry.settings import settings
from registry.tables import CURATION


def add_review(review: Review) -> Review:
    """Keep a review, and return it as it is kept.

    Raises:
        UsageError: it is incomplete.
        UnavailableError: the database does not answer.
    """
    checked = check_review(review)
    row = {name: getattr(checked, name) for name in Review.__slots__} | {"action": checked.action.value}
    with connected(settings().database_url, f"The reviews of {review.line}", "written") as connection:
        connection.execute(insert(CURATION), [row])
    return checked


def reviews(line: str) -> list[Review]:
    """Return all reviews of a product line, the oldest first.

    Raises:
        UnavailableError: the database does not answer.
    """
    found = select(CURATION).where(CURATION.c.line == line).order_by(CURATION.c.entry)
    with connected(settings().database_url, f"The reviews of {line}", "read") as connection:
        rows = connection.execute(found).mappings().all()
    return [
        Review(**{name: row[name] for name in Review.__slots__} | {"action": Action(row["action"])}) for row in rows
    ]
