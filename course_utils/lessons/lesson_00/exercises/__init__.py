"""The exercises of lesson 00, a module for each: what is asked, answered, and often got wrong."""
