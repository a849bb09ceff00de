"""The exercises of lesson 01, a module for each: what is asked, answered, and often got wrong."""
