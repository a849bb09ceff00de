"""The exercises of lesson 05, a module for each: what is asked, answered, and often got wrong."""
