"""The two sides of the bench of DANN: skada's deep DANN, and the course's."""

import os
from collections.abc import Callable

import numpy as np

SHIFT = "rendered to handwritten"
BATCH_SIZE, LEARNING_RATE, WEIGHT = 48, 1e-3, 0.3
#: Passes of skada over the larger domain; the course's side makes as many steps.
EPOCHS = 8


class AdversarialSteps:
    """Pictures of two domains, and the same small network at its start for both sides."""

    def __init__(self) -> None:
        from course_utils.lessons.lesson_05.tasks import adaptation_task

        self.data = adaptation_task(SHIFT, 0)
        larger = max(len(self.data.source.inputs), len(self.data.target))
        self.steps = EPOCHS * (larger // BATCH_SIZE)

    def accuracy(self, predict: Callable) -> float:
        """Accuracy on the target's test pictures of a function from pictures to classes."""
        return float(np.mean(predict(self.data.target_test.inputs) == self.data.target_test.labels))

    def by_skada(self) -> Callable[[], float]:
        """skada's DANN: a skorch network trained by `fit`."""
        os.environ.setdefault("POT_BACKEND_DISABLE_TENSORFLOW", "1")  # slow to import, not used
        import torch
        from skada.deep import DANN

        class WithWeights(torch.nn.Module):
            """The network, with the argument that skada hands to every module."""

            def __init__(self, network):
                super().__init__()
                self.features, self.classifier = network.features, network.classifier

            def forward(self, pictures, sample_weight=None):
                return self.classifier(self.features(pictures))

        source, target = self.data.source, self.data.target
        torch.manual_seed(0)
        network = self.data.network(0)
        model = DANN(
            WithWeights(network),
            layer_name="features",
            reg=WEIGHT,
            num_features=network.n_features,
            train_split=None,
            max_epochs=EPOCHS,
            batch_size=BATCH_SIZE,
            optimizer=torch.optim.AdamW,
            lr=LEARNING_RATE,
            verbose=0,
        )
        inputs = torch.cat([source.inputs, target]).numpy()
        labels = np.concatenate([source.labels, np.full(len(target), -1)])
        domain = np.concatenate([np.ones(len(source.labels)), -2 * np.ones(len(target))])
        model.fit(inputs, labels, sample_domain=domain.astype(int))
        return lambda: self.accuracy(
            lambda pictures: model.predict(
                pictures.numpy(), sample_domain=np.full(len(pictures), -2), allow_source=True
            )
        )

    def by_course(self) -> Callable[[], float]:
        """The course's DANN by `adapt`."""
        from course_utils.adaptation import DANN, adapt

        algorithm = DANN(self.data.network(0), weight=WEIGHT, learning_rate=LEARNING_RATE)
        adapt(
            algorithm,
            self.data.source,
            self.data.target,
            steps=self.steps,
            batch_size=BATCH_SIZE,
        )
        return lambda: self.accuracy(lambda pictures: algorithm.predict(pictures).argmax(axis=1))
