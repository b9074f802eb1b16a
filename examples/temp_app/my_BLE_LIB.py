"""Stands for the library of a Bluetooth temperature sensor: a room that warms up by day and cools down by night."""

from math import cos, pi
from random import gauss
from time import time

DAY = 24 * 60 * 60


def get_BLE_temp():
    """Degrees Celsius, as such a sensor gives them: with a little noise, in steps of a tenth."""
    return round(20.0 - 3.0 * cos(2 * pi * time() / DAY) + gauss(0.0, 0.1), 1)
