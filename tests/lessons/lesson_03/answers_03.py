"""Right and wrong answers to lesson 03's exercises."""

import answers_03_arrays
import answers_03_rates
import answers_03_stopping
import answers_03_unfreeze

_MODULES = (answers_03_unfreeze, answers_03_rates, answers_03_arrays, answers_03_stopping)

RIGHT = [answer for module in _MODULES for answer in module.RIGHT]
WRONG = [answer for module in _MODULES for answer in module.WRONG]
