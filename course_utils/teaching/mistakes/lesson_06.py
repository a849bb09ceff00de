"""Typical mistakes in the exercises of lesson 06."""

MISTAKES = {}
