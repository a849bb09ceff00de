"""Typical mistakes in the exercises of lesson 05."""

MISTAKES = {}
