# test_app.py
from exo.api import ExositeAPI
from time import sleep, time
from math import *

a = ExositeAPI(cik='7f091cf4b16de3fb3172c253eb35109a6992d76b')

while True:
    # each loop iteration is another point on a sinusoid
    data = int(100 * cos(radians(time()) * 100))
    a.http_write('test', data) # send data to 'test' alias
    sleep(5)
