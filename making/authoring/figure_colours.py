"""How far apart colours are, for readers of every kind of colour vision."""

import functools
import warnings

import numpy as np

#: Least CIEDE2000 difference of colours that share an axes. A difference of 2 can be noticed in
#: large patches side by side; lines and small markers need several times that. 10 is what the
#: field's yardstick keeps: in Okabe and Ito's palette (2008) the two nearest colours are 10.9
#: apart for the colour vision that suits them least, and any ten is more than a change of ink.
APART = 10

#: The kinds of colour vision, and what `colour` calls each.
VISIONS = {
    "full colour vision": None,
    "protanopia": "Protanomaly",
    "deuteranopia": "Deuteranomaly",
    "tritanopia": "Tritanomaly",
}


def differences(ones: np.ndarray, others: np.ndarray) -> dict[str, np.ndarray]:
    """CIEDE2000 differences of pairs of colours, for each kind of colour vision.

    Parameters
    ----------
    ones, others : array of shape (n, 3)
        sRGB, from 0 to 1.

    Returns
    -------
    dict of str to array of shape (n,)
        In units of CIE Lab, for the visions of `VISIONS`; those that lack a cone as simulated by
        Machado, Oliveira and Fernandes (2009), at full severity.
    """
    colour, matrices = _colour()
    linear = [colour.cctf_decoding(np.asarray(each, dtype=float)) for each in (ones, others)]
    found = {}
    for vision, matrix in matrices.items():
        labs = []
        for each in linear:
            seen = np.clip(each @ matrix.T, 0, 1)
            xyz = colour.RGB_to_XYZ(seen, "sRGB")
            labs.append(colour.XYZ_to_Lab(xyz))
        found[vision] = colour.delta_E(*labs, method="CIE 2000")
    return found


@functools.cache
def _colour():
    """The library, and a matrix on linear sRGB for each kind of colour vision.

    Its import changes how NumPy prints numbers, and with that what a lesson's cells show.
    """
    # The library warns of optional parts that the course has no use for, and that its tritanopia
    # is an approximation.
    with np.printoptions(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import colour

        matrices = {
            vision: np.eye(3)
            if name is None
            else colour.blindness.matrix_cvd_Machado2009(name, severity=1.0)
            for vision, name in VISIONS.items()
        }
    return colour, matrices
