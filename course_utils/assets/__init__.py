"""Public sets that are fetched: catalog, download, unpacking, and their place on the disk."""

from course_utils.assets.arrays import load_arrays
from course_utils.assets.entries import describe, read_catalog
from course_utils.assets.fetching import downloaded_folder, fetch, how_to_get

__all__ = ["describe", "downloaded_folder", "fetch", "how_to_get", "load_arrays", "read_catalog"]
