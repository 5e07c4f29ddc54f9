"""Published figures that more than one test of judging is held against."""

# Deaths and operations in 12 hospitals: "Surgical: institutional ranking", BUGS examples, volume I.
SURGERY = [0, 18, 8, 46, 8, 13, 9, 31, 14, 8, 29, 24]
OPERATIONS = [47, 148, 119, 810, 211, 196, 148, 215, 207, 97, 256, 360]

# Sudden infant deaths and births in the 100 counties of North Carolina, July 1974 to June 1978, in
# the order of the example `sids2` of PySAL (SID74, BIR74): Cressie, N. and Chan, N. H. (1989),
# "Spatial modeling of regional variables", Journal of the American Statistical Association 84.
_DEATHS = """
1 0 5 1 9 7 0 0 4 1 2 16 4 4 4 18 3 4 1 1 1 0 1 2 10 23 13 6 4 16 8 0 10 6 0 2 16 2 4 1 0 8 5 5
0 5 7 2 11 3 14 5 9 6 2 0 7 3 4 5 12 18 6 10 8 2 5 44 3 3 5 5 0 10 3 11 1 0 4 1 2 38 1 4 15 7 0
4 4 0 13 8 29 31 5 8 4 15 12 5
"""
_BIRTHS = """
1091 487 3188 508 1421 1452 286 420 968 1612 1035 4449 1671 1556 2180 3608 1638 3146 1323 484
751 781 1269 1399 11858 16184 4672 1324 3164 7970 4021 671 3657 3609 770 1549 14484 765 4139
1207 1333 5509 3573 990 248 1946 4456 1646 3702 4606 5094 5754 7515 3999 2110 521 2692 675 870
2252 2992 6638 3776 4866 2216 1143 2648 21588 4099 1258 2356 2574 415 3589 1173 9014 533 797
3025 542 1027 20366 578 3915 1570 1494 338 2483 2756 284 5868 2255 11158 7889 2414 1782 1228
3350 5526 2181
"""
DEATHS = [int(number) for number in _DEATHS.split()]
BIRTHS = [int(number) for number in _BIRTHS.split()]
