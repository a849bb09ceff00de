"""Public data sets and weights that are fetched: manifest, download, unpacking, and their place."""

from course_utils.assets.fetching import fetch, how_to_get
from course_utils.assets.manifest import Asset, describe, read_manifest
from course_utils.assets.placing import downloaded_folder

__all__ = ["Asset", "describe", "downloaded_folder", "fetch", "how_to_get", "read_manifest"]
