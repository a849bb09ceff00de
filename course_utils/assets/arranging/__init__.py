"""How what was fetched becomes a set: one function for each way that sources publish images.

An arrangement is called as `arrange(sources, folder, class_names, **options)`. `sources` gives for
the name of each fetched file the folder that it was unpacked to, or, if it is no archive, the
file itself; for a repository it is `{"": folder}`. The finished set is written into `folder`,
which exists and is empty; files may be moved out of unpacked folders. Options come from the
catalog. Whatever is not as the catalog says raises a `CourseError`.
"""

from course_utils.assets.arranging.idx_files import idx
from course_utils.assets.arranging.libsvm_files import libsvm
from course_utils.assets.arranging.listed import pets, texture_lists
from course_utils.assets.arranging.matlab_files import matlab
from course_utils.assets.arranging.medmnist_files import medmnist
from course_utils.assets.arranging.trees import class_folders, split_folders

#: The arrangements by the name that the catalog gives them.
ARRANGEMENTS = {
    "class-folders": class_folders,
    "split-folders": split_folders,
    "pets": pets,
    "texture-lists": texture_lists,
    "idx": idx,
    "libsvm": libsvm,
    "matlab": matlab,
    "medmnist": medmnist,
}

__all__ = ["ARRANGEMENTS"]
