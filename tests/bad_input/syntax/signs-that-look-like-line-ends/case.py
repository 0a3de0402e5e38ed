# A form feed, as old files have between their parts:

# A line separator, as a copied text may have:
SEPARATOR = " "  #  and  too


