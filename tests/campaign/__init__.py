"""The fault campaign: transfers that are killed, cut off and refused at every position, and continued until done."""
