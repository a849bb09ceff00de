"""The exercises of lesson 03, a module for each: what is asked, answered, and often got wrong."""
