"""The hall: wires everything and rings the bells; it contains no decisions."""

from store.spared import leave_out, load_empty

# Before anybody imports the libraries: their own command lines bring whole terminals along.
leave_out("httpx._main")
load_empty("uvicorn", "config", ["Config"])
