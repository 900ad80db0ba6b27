"""The hall: wires everything and rings the bells; it contains no decisions."""
