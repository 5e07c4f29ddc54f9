"""Series that published control charts were drawn from, and what was published of these charts."""

from __future__ import annotations

# Montgomery (2009), Introduction to Statistical Quality Control, 6th edition, example 7.1: cans
# that leak among samples of 50. NIST/SEMATECH e-Handbook of Statistical Methods, section 6.3.3.2,
# has the same numbers as chips of 30 wafers. Also the data set `orangejuice` of the R package qcc.
LEAKING_CANS = [
    *(12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22),
    *(8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6),
]

# NIST/SEMATECH e-Handbook, section 6.3.3.1: defects on 25 wafers.
WAFER_DEFECTS = [
    *(16, 14, 28, 16, 12, 20, 10, 12, 10, 17, 19, 17, 14),
    *(16, 15, 13, 14, 16, 11, 20, 11, 19, 16, 31, 13),
]

# The data set `pcmanufact` of the R package qcc, Montgomery's example 7.4: nonconformities found
# in samples of five computers.
COMPUTER_FAULTS = [10, 12, 8, 14, 10, 16, 11, 7, 10, 15, 9, 5, 7, 11, 12, 6, 8, 10, 7, 5]

# Mohammed, M. A. et al. (2013), "Overdispersion in health care performance data", BMJ Quality &
# Safety 22, 362-368; the data set `nhs_accidents` of the R package qicharts2: twenty weeks of
# attendances at emergency departments, and those seen within four hours.
SEEN = [
    *(266501, 264225, 276532, 281461, 269071, 261215, 270409, 279778, 270483, 270320),
    *(267923, 271478, 255353, 256820, 261835, 259144, 255910, 260863, 264465, 260989),
]
ATTENDED = [
    *(280443, 276823, 291681, 296155, 282343, 275888, 283867, 295251, 284468, 282529),
    *(279618, 283932, 266629, 268091, 276803, 271578, 266005, 273520, 278574, 273772),
]
# What qicharts2 0.8.1 draws of them: qic(i, r, n, chart = "pp"), moving ranges not screened.
SEEN_MEAN = 0.95289971134419116
SEEN_LOWER = [
    *(0.9401296441775141, 0.94004641862513627, 0.9403780655785402, 0.94047300747792362),
    *(0.94017268417608979, 0.94002465678041103, 0.94020689402152513, 0.94045399796641838),
    *(0.94022030926792188, 0.94017687421815865, 0.94011081930595297, 0.94020834697566502),
    *(0.93980301398912502, 0.9398387733905802, 0.94004595428549564, 0.93992289402775664),
    *(0.93978766173624928, 0.93996904398143111, 0.9400868775214295, 0.93997499652290417),
]
SEEN_UPPER = [
    *(0.96566977851086822, 0.96575300406324605, 0.96542135710984212, 0.9653264152104587),
    *(0.96562673851229253, 0.96577476590797129, 0.96559252866685719, 0.96534542472196394),
    *(0.96557911342046043, 0.96562254847022366, 0.96568860338242934, 0.96559107571271729),
    *(0.96599640869925729, 0.96596064929780212, 0.96575346840288667),
    *(0.96587652866062568, 0.96601176095213304, 0.96583037870695121, 0.96571254516695282),
    0.96582442616547814,
]
# The same, frozen at the first ten weeks: mean, and both limits of the first and the last week.
SEEN_FROZEN = (
    0.95105964383277042,
    (0.93866469138900677, 0.96345459627653407),
    (0.93851458643658869, 0.96360470122895214),
)

# Infections acquired in six hospitals, 24 months, and days of risk: the data set
# `hospital_infections` of qicharts2, summed by month.
INFECTIONS = [
    *(575, 521, 585, 528, 507, 519, 457, 505, 494, 512, 543, 506),
    *(509, 521, 549, 531, 509, 528, 419, 512, 495, 513, 454, 490),
]
RISK_DAYS = [
    *(310466.83333329321, 282346.79166671709, 309089.70833330322, 287977.33333316818),
    *(297743.37500002852, 286988.25000001001, 261120.33333336981, 268720.75000004529),
    *(284437.87500012899, 290449.49999993952, 288104.45833330858, 279961.37499995198),
    *(289803.95833335089, 275950.58333331929, 290824.45833333238, 285495.75000004098),
    *(282515.20833329752, 273927.8750000195, 253085.624999983, 262410.7083333832),
    *(275529.25000001222, 282405.08333336539, 259530.7916666563, 256235.45833330762),
]
# What qicharts2 0.8.1 draws of them with chart = "up": mean, and both limits of the first three
# months and of the last.
INFECTIONS_MEAN = 0.0018235751654857592
INFECTIONS_LIMITS = {
    0: (0.0015763817754848699, 0.0020707685554866486),
    1: (0.0015643644022212873, 0.0020827859287502314),
    2: (0.0015758317120955832, 0.0020713186188759353),
    23: (0.0015514774813533132, 0.002095672849618205),
}

# Clostridium difficile infections a month: the data set `cdi` of qicharts2, and its c chart.
CLOSTRIDIUM = [
    *(17, 12, 27, 20, 20, 18, 22, 19, 19, 24, 17, 16, 24, 19, 19, 22, 25, 19),
    *(17, 6, 25, 17, 11, 14, 9, 11, 7, 13, 5, 5, 3, 5, 9, 4, 5, 9),
]
CLOSTRIDIUM_LIMITS = (3.2791133250419904, 14.833333333333334, 26.387553341624677)

# Deaths after bypass operations, the data set `cabg` of qicharts2: operations from one death to
# the next, and days from one to the next (days of 0 left out).
OPERATIONS_BETWEEN = [
    *(23, 39, 15, 34, 1, 49, 98, 29, 27, 13, 45, 7, 10, 27, 24, 14, 20, 38, 44, 11, 10, 3, 113),
    *(183, 3, 47, 18, 18, 33, 15, 2, 38, 27, 27, 1, 52, 23, 7, 26, 82, 5, 49, 5, 17, 24, 44, 26),
    *(2, 27, 46, 55, 97, 22, 22, 20, 4, 60, 51, 7, 21, 66, 36, 25, 72, 15, 5, 3),
]
# Upper limits of its g chart, and with the baseline frozen at the first 33.
OPERATIONS_UPPER = 128.17491023197215
OPERATIONS_UPPER_FROZEN = 132.15535949152991
DAYS_BETWEEN = [
    *(16, 20, 5, 13, 1, 26, 46, 12, 12, 5, 19, 4, 3, 15, 14, 9, 8, 15, 21, 6, 3, 1, 56, 117, 1),
    *(33, 9, 9, 19, 12, 1, 16, 13, 18, 1, 35, 16, 5, 21, 38, 3, 25, 3, 11, 13, 20, 9, 3, 8, 21),
    *(24, 38, 8, 13, 9, 1, 30, 23, 3, 7, 22, 19, 11, 31, 6, 1, 1),
]
# Its t chart, drawn apart of the first 33 times and of the others: lower limit, centre, upper.
DAYS_FIRST = (0.0037537354435645313, 11.444906381144426, 113.70598556391909)
DAYS_OTHERS = (0.009145568251862652, 10.975761737580594, 102.58369462962973)

# Montgomery (2009), example 7.6: hours between failures of a valve.
VALVE_HOURS = [
    *(286, 948, 536, 124, 816, 729, 4, 143, 431, 8),
    *(2837, 596, 81, 227, 603, 492, 1199, 1214, 2831, 96),
]

# The vignette of qicharts2, appendix 2: useful observations, upper limit of the longest run, lower
# limit of the number of crossings: the first is for 10, the last for 70.
RUN_LIMITS = [6] * 2 + [7] * 11 + [8] * 23 + [9] * 25
CROSSING_LIMITS = [
    *(2, 2, 3, 3, 4, 4, 4, 5, 5, 6, 6, 6, 7, 7, 8, 8, 8, 9, 9, 10, 10),
    *(11, 11, 11, 12, 12, 13, 13, 14, 14, 14, 15, 15, 16, 16, 17, 17, 17, 18, 18, 19, 19),
    *(20, 20, 21, 21, 21, 22, 22, 23, 23, 24, 24, 25, 25, 25, 26, 26, 27, 27, 28),
]
