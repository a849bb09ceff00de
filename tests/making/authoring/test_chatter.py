"""Logs and progress bars are dropped from outputs, and nothing else."""

import pytest

from making.authoring.chatter import without_chatter

CHATTER = [
    "2025-11-21 08:12:00.123456: I tensorflow/core/util/port.cc:153] oneDNN is on.\n",
    "I0000 00:00:1795252086.514705   26661 port.cc:153] oneDNN custom operations are on.\n",
    "E0000 00:00:1795250980.649540    8178 cuda_platform.cc:52] failed call to cuInit\n",
    "WARNING: All log messages before absl::InitializeLog() is called are written to STDERR\n",
    "To enable the following instructions: AVX2 FMA, rebuild TensorFlow.\n",
    "work: 100%|██████████| 5/5 [00:00<00:00, 19.8it/s]\n",
    "\r  0%|          | 0/5 [00:00<?, ?it/s]",
    "2/2 ━━━━━━━━━━━━━━━━━━━━ 0s 15ms/step - loss: 3.0628\n",
    "\x1b[1m2/2\x1b[0m \x1b[32m━━━━━━━━━━\x1b[0m\x1b[37m\x1b[0m \x1b[1m0s\x1b[0m 15ms/step\n",
]

WORDS = [
    "Epoch 1/2\n",
    "accuracy ≈ 83.4 % (5/5 seeds)\n",
    "2025-11-21: a date\n",
    "UserWarning: this counts\n",
    "| a | 100% | table |\n",
]


def _stream(text, name="stderr"):
    return {"output_type": "stream", "name": name, "text": text}


@pytest.mark.parametrize("line", CHATTER)
def test_chatter_goes_and_with_it_an_empty_stream(line):
    assert without_chatter([_stream(line)]) == []
    assert without_chatter([_stream("kept\n" + line)]) == [_stream("kept\n")]


@pytest.mark.parametrize("line", WORDS)
def test_words_stay(line):
    assert without_chatter([_stream(line, "stdout")]) == [_stream(line, "stdout")]


def test_what_was_handed_over_is_not_changed():
    outputs = [_stream(CHATTER[0]), {"output_type": "display_data", "data": {}, "metadata": {}}]
    assert without_chatter(outputs) == outputs[1:]
    assert outputs[0]["text"] == CHATTER[0]
