"""From settings to running objects: here, and only here, the rooms are put together.

One module for each kind of process, so that none loads what only another one needs.
"""
