"""What needs records is tested on both databases, as the records are."""

from tests.records.conftest import clock, migrated_file, migrated_name, store, url

__all__ = ["clock", "migrated_file", "migrated_name", "store", "url"]
