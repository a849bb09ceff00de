"""The exercises of lesson 02, a module for each: what is asked, answered, and often got wrong."""
