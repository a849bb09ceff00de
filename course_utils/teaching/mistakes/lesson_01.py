"""Typical mistakes in the exercises of lesson 01."""

MISTAKES = {}
