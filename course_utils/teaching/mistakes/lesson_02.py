"""Typical mistakes in the exercises of lesson 02."""

MISTAKES = {}
