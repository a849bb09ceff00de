"""Typical mistakes in the exercises of lesson 03."""

MISTAKES = {}
