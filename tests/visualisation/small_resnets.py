"""Small ResNets from `transformers`, with everything in them that the shipped one has."""

import torch
from transformers import ResNetConfig, ResNetForImageClassification, ResNetModel


def small_resnet(seed=0, classifier=False, **options):
    """A ResNet with random weights and statistics, in evaluation mode."""
    options = {"hidden_sizes": [8, 12, 16, 20], "depths": [1, 2, 1, 1], **options}
    config = ResNetConfig(embedding_size=8, num_labels=5, **options)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = (ResNetForImageClassification if classifier else ResNetModel)(config)
        for module in network.modules():
            if isinstance(module, torch.nn.BatchNorm2d):
                module.running_mean.normal_()
                module.running_var.uniform_(0.5, 2)
    return network.eval()
