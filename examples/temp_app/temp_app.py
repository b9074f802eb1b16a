# /usr/local/bin/temp_app.v1/temp_app.py
""" An example of subclassing Device. """
from exo.device import Device
from time import sleep
from my_BLE_LIB import get_BLE_temp

PATH_TO_DEVICE_CFG = '/usr/local/bin/temp_app.v1/temp_app.cfg'

class TempSensor(Device):
    def __init__(self):
        Device.__init__(
          self,
          'temp_sensor_v1',
          PATH_TO_DEVICE_CFG
        )
    def report_tmp(self):
        self.http_write('device_temp', get_BLE_temp())

if __name__ == '__main__':
    d = TempSensor()
    while not d.activated():
        d.activate()
    while True:
        d.report_tmp()
        sleep(300) # report temp to exosite every 5 minutes
