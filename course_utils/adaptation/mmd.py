"""Maximum mean discrepancy: how far apart two samples are, seen through Gaussian kernels."""

from collections.abc import Iterable

import torch
from torch import nn

from course_utils.adaptation.coral import check_domains


class MMDLoss(nn.Module):
    """Squared maximum mean discrepancy of two batches, averaged over Gaussian kernels.

    With the kernel k(x, y) = exp(-||x - y||² / (factor · bandwidth)) the loss is

        mean k(s, s') + mean k(t, t') - 2 mean k(s, t),

    each mean over all pairs, an example with itself included. That is the biased estimate: it
    is the squared distance between the mean embeddings of the batches, never negative, and 0 if
    they hold the same examples. Of two batches of one distribution it is a little above 0.

    The bandwidth is the mean squared distance between different examples, both batches pooled.
    It counts as a constant for the gradient: the network must not gain by stretching its
    features. Several factors see coarse and fine differences at once; the mean over them keeps
    the loss between 0 and 2.

    Gretton et al. 2012, "A Kernel Two-Sample Test", JMLR 13; several kernels as in
    Long et al. 2015, "Learning Transferable Features with Deep Adaptation Networks",
    arXiv:1502.02791.

    Parameters
    ----------
    factors : sequence of float
        Widths of the kernels, relative to the bandwidth.
    """

    def __init__(self, factors: Iterable[float] = (0.25, 0.5, 1.0, 2.0, 4.0)) -> None:
        super().__init__()
        self.factors = tuple(factors)

    def forward(self, source: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        """The loss of one batch of each domain.

        Parameters
        ----------
        source : tensor of shape (n, d)
        target : tensor of shape (m, d)

        Returns
        -------
        scalar tensor
            From 0 to 2, without a unit.

        Raises
        ------
        CourseError
            Features of different widths, or fewer than 2 examples in a batch.
        """
        check_domains(source, target)
        distances = squared_distances(torch.cat([source, target]))
        pairs = len(distances) * (len(distances) - 1)
        bandwidth = distances.detach().sum() / pairs
        # Where all examples are one and the same, 0 / 0 would spoil the network's weights.
        bandwidth = bandwidth.clamp(min=torch.finfo(bandwidth.dtype).eps)
        kernels = [torch.exp(-distances / (factor * bandwidth)) for factor in self.factors]
        kernel = torch.stack(kernels).mean(0)
        n = len(source)
        return kernel[:n, :n].mean() + kernel[n:, n:].mean() - 2 * kernel[:n, n:].mean()


def squared_distances(features: torch.Tensor) -> torch.Tensor:
    """Squared distances (n, n) between the rows of a tensor (n, d).

    ||x - y||² = x·x + y·y - 2 x·y takes one matrix product, and no array (n, n, d). Taking off
    the mean first changes no distance and keeps the three terms small, so that little is lost
    in their difference.
    """
    centred = features - features.mean(0)
    products = centred @ centred.T
    norms = products.diagonal()
    return norms[:, None] + norms[None, :] - 2 * products
