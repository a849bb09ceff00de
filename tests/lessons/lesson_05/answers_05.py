"""Right and wrong answers to lesson 05's exercises."""

import answers_05_arrays
import answers_05_coral
import answers_05_reversal
import answers_05_skew

_MODULES = (answers_05_coral, answers_05_reversal, answers_05_arrays, answers_05_skew)

RIGHT = [answer for module in _MODULES for answer in module.RIGHT]
WRONG = [answer for module in _MODULES for answer in module.WRONG]
