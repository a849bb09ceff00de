"""The exercises of lesson 06, a module for each: what is asked, answered, and often got wrong."""
