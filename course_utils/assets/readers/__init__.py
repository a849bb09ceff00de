"""How what was fetched becomes an asset: one function for each way in which sources publish.

A reader is called as `read(sources, folder, class_names, **options)`. `sources` gives for the name
of each fetched file the folder that it was unpacked to, or, if it is no archive, the file itself.
The finished asset is written into `folder`, which exists and is empty; files may be moved out of
unpacked folders. Options come from the manifest. Only files whose checksum is right come here;
whatever is still not as the manifest says raises a `CourseError`.
"""

from course_utils.assets.readers.array_files import check_arrays, idx, libsvm, matlab, medmnist
from course_utils.assets.readers.image_folders import class_folders, split_folders
from course_utils.assets.readers.listed_images import pets, texture_lists
from course_utils.assets.readers.members import members

#: The readers by the name that the manifest gives them.
READERS = {
    "class-folders": class_folders,
    "split-folders": split_folders,
    "pets": pets,
    "texture-lists": texture_lists,
    "idx": idx,
    "libsvm": libsvm,
    "matlab": matlab,
    "medmnist": medmnist,
    "members": members,
}

__all__ = ["READERS", "check_arrays"]
