"""A folder of domains, `domain/class/image`: one of them, its classes numbered as in the others."""

import warnings
from dataclasses import dataclass, replace

import numpy as np

from course_utils.datasets.domain_layout import looks_like_domains, read_domains
from course_utils.datasets.reporting import CourseWarning, listed, nearest, readable
from course_utils.datasets.scanning import check_folder, folders_in, loose_images
from course_utils.errors import CourseError


@dataclass(frozen=True)
class DomainFolder:
    """One domain of a folder of domains.

    Attributes
    ----------
    domain : str
        The name of the domain's folder.
    path : str
    set_name : str
        The name of the folder around the domains.
    class_names : tuple of str
        The classes of all domains together, in order of name.
    """

    domain: str
    path: str
    set_name: str
    class_names: tuple[str, ...]

    def renumbered(self, splits):
        """The domain's own splits with labels that mean the same in every domain (Splits).

        A class that the domain lacks keeps its number, which no label here has.
        """
        numbers = np.array(
            [self.class_names.index(name) for name in splits.train.class_names], dtype=np.int64
        )
        return type(splits)(
            *(
                replace(
                    part,
                    labels=numbers[part.labels],
                    class_names=self.class_names,
                    domain=self.domain,
                    name=self.set_name,
                )
                for part in splits
            )
        )


def folder_domains(path):
    """The domains in a folder of domains: tuple of str, in order of name.

    Raises
    ------
    CourseError
        If the folder is missing or laid out in another way.
    """
    return tuple(read_domains(check_folder(path).absolute()))


def find_domain(path, domain=None):
    """One domain of a folder of domains.

    Parameters
    ----------
    path : str or path
    domain : str, optional
        Without it, the first domain of a folder that looks like one of domains: two folders or
        more that hold no images themselves but class folders, of which some have equal names.

    Returns
    -------
    DomainFolder or None
        None where no domain is asked for and the folder is laid out in another way.

    Raises
    ------
    CourseError
        If there is no such domain, the layout is wrong or can be read in two ways, a domain has
        no images, or the domains' classes do not go together.

    Warns
    -----
    CourseWarning
        If the layout was guessed, the domain lacks classes, or images lie beside the domains.
    """
    root = check_folder(path).absolute()
    if domain is None and not looks_like_domains(root):
        return None
    classes = read_domains(root)
    shown = readable(root)
    if domain is None:
        domain = next(iter(classes))
        _warn(
            f"{shown} was taken for a folder of domains ({listed(classes)}), and the first of them "
            f"was loaded: name one, as in domain={domain!r}."
        )
    elif isinstance(domain, str):
        domain = readable(domain)
    if domain not in list(classes):
        near = nearest(str(domain), list(classes))
        advice = f"did you mean {near!r}?" if near else f"choose from {listed(classes)}."
        raise CourseError(f"{shown} has no domain {domain!r}: {advice}")
    union = tuple(sorted(set().union(*classes.values())))
    if lacking := [name for name in union if name not in classes[domain]]:
        _warn(
            f"The domain {domain} of {shown} lacks classes that others have, and nothing can be "
            f"said of them there: {listed(lacking)}."
        )
    if loose := loose_images(root):
        _warn(f"{shown} has images beside the domain folders, left out: {listed(loose)}.")
    return DomainFolder(domain, folders_in(root)[domain], readable(root.resolve().name), union)


def _warn(sentence):
    """Warn at the line that calls `load_dataset`: above this, `find_domain` and it."""
    warnings.warn(sentence, CourseWarning, stacklevel=4)
