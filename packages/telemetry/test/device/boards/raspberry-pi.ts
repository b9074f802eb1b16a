import { BOOT_ID, BOOTED, type Board, linux } from "./board.ts";

/**
 * Raspberry Pi 3 B+ with a 32-bit system: no battery clock; Ethernet (LAN7515: 0424:7800) behind two hubs (0424:2514) on USB;
 * the header's UART is the mini UART (ttyS0), its I2C the BSC1 at 7e804000; Bluetooth (CYW43455) on the PL011.
 *
 * @see https://www.raspberrypi.com/documentation/computers/configuration.html#configure-uarts
 */
export const raspberryPi3: Board = {
  name: "Raspberry Pi 3 B+, 32 bit, SD card, no battery clock",
  architecture: "armv7l",
  files: {
    ...linux("pi3", "6.1.21-v7+", "#1642 SMP Mon Apr  3 17:20:52 BST 2023", BOOTED),
    "proc/device-tree/model": "Raspberry Pi 3 Model B Plus Rev 1.3\0",
    "usr/lib/os-release":
      'PRETTY_NAME="Raspbian GNU/Linux 11 (bullseye)"\nNAME="Raspbian GNU/Linux"\nVERSION_ID="11"\nID=raspbian\nID_LIKE=debian',
    "run/systemd/timesync/synchronized": "",
    "sys/class/watchdog/watchdog0/bootstatus": "0",
    "sys/class/thermal/thermal_zone0/type": "cpu-thermal",
    "sys/class/thermal/thermal_zone0/temp": "48312",
    "sys/class/hwmon/hwmon0/name": "cpu_thermal",
    "sys/class/hwmon/hwmon0/temp1_input": "48312",
    "sys/block/ram0/size": "8192",
    "sys/block/mmcblk0/size": "62333952",
    "sys/block/mmcblk0/device/type": "SD",
    "sys/block/mmcblk0/device/name": "SC32G",
    "sys/bus/usb/devices/usb1/bDeviceClass": "09",
    "sys/bus/usb/devices/1-1/bDeviceClass": "09",
    "sys/bus/usb/devices/1-1.1/bDeviceClass": "09",
    "sys/bus/usb/devices/1-1.1.1/bDeviceClass": "ff",
    "sys/bus/usb/devices/1-1.1.1/idVendor": "0424",
    "sys/bus/usb/devices/1-1.1.1/idProduct": "7800",
    "sys/bus/usb/devices/1-1.1.1:1.0/bInterfaceClass": "ff",
    "sys/class/tty/tty1/dev": "4:1",
    "sys/class/tty/ttyS0/type": "4",
    "sys/class/tty/ttyprintk/dev": "5:3",
    "sys/bus/platform/drivers/bcm2835-aux-uart/uevent": "",
    "sys/devices/platform/soc/3f215040.serial/uevent": "DRIVER=bcm2835-aux-uart",
    "sys/bus/i2c/devices/i2c-1/name": "bcm2835 (i2c@7e804000)",
    "sys/bus/serial/drivers/hci_uart_bcm/uevent": "",
    "sys/class/bluetooth/hci0/device/uevent": "",
    "sys/class/net/eth0/uevent": "INTERFACE=eth0\nIFINDEX=2",
  },
  links: {
    "etc/os-release": "../usr/lib/os-release",
    "sys/class/tty/ttyS0/device": "../../../devices/platform/soc/3f215040.serial",
    "sys/devices/platform/soc/3f215040.serial/driver": "../../../../bus/platform/drivers/bcm2835-aux-uart",
    "sys/class/bluetooth/hci0/device/driver": "../../../../bus/serial/drivers/hci_uart_bcm",
  },
  expected: {
    uname: "Linux pi3 6.1.21-v7+ #1642 SMP Mon Apr  3 17:20:52 BST 2023 armv7l GNU/Linux",
    kernel: "6.1.21-v7+",
    architecture: "armv7l",
    build: "2.0.0",
    hostname: "pi3",
    os: { id: "raspbian", version: "11", name: "Raspbian GNU/Linux 11 (bullseye)" },
    boot: { id: BOOT_ID, since: BOOTED },
    clock: { synchronised: true, rtc: false },
    temperature: { "cpu-thermal": 48.3 },
    storage: { mmcblk0: { kind: "SD", name: "SC32G", bytes: 31_914_983_424 } },
    hardware: {
      board: "Raspberry Pi 3 Model B Plus Rev 1.3",
      usb: [{ port: "1-1.1.1", id: "0424:7800" }],
      serial: { ttyS0: "bcm2835-aux-uart" },
      i2c: { "i2c-1": "bcm2835 (i2c@7e804000)" },
      bluetooth: { hci0: "hci_uart_bcm" },
    },
    gaps: ["boot.reason: nothing tells"],
  },
};

/**
 * Compute Module 4 on its IO board, 64 bit: eMMC, the IO board's PCF85063A clock at address 51 of I2C bus 10, and a Quectel EC25
 * (2c7c:0125): four serial ports of the driver option, QMI on interface 4.
 *
 * @see CM4 IO Board datasheet, 2.6; Quectel "WCDMA<E Linux USB Driver User Guide", 3
 */
export const computeModule4: Board = {
  name: "Compute Module 4, 64 bit, eMMC, battery clock, wwan0",
  architecture: "aarch64",
  files: {
    ...linux("cm4", "6.6.31+rpt-rpi-v8", "#1 SMP PREEMPT Debian 1:6.6.31-1+rpt1 (2024-05-29)", BOOTED),
    "proc/device-tree/model": "Raspberry Pi Compute Module 4 Rev 1.1\0",
    "etc/os-release": 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_ID="12"\nID=debian',
    "run/systemd/timesync/keep": "",
    "sys/class/rtc/rtc0/name": "rtc-pcf85063 10-0051",
    "sys/class/thermal/thermal_zone0/type": "cpu-thermal",
    "sys/class/thermal/thermal_zone0/temp": "-4382",
    "sys/block/mmcblk0/size": "61071360",
    "sys/block/mmcblk0/device/type": "MMC",
    "sys/block/mmcblk0/device/name": "BJTD4R",
    "sys/block/mmcblk0/device/life_time": "0x02 0x01",
    "sys/block/mmcblk0/device/pre_eol_info": "0x01",
    "sys/block/mmcblk0boot0/size": "8192",
    "sys/bus/usb/devices/1-1.3/bDeviceClass": "ef",
    "sys/bus/usb/devices/1-1.3/idVendor": "2c7c",
    "sys/bus/usb/devices/1-1.3/idProduct": "0125",
    "sys/bus/usb/devices/1-1.3/manufacturer": "Quectel",
    "sys/bus/usb/devices/1-1.3/product": "EC25-E",
    "sys/bus/usb-serial/drivers/option1/uevent": "",
    "sys/bus/usb/drivers/qmi_wwan/uevent": "",
    "sys/class/tty/ttyUSB0/device/port_number": "0",
    "sys/class/tty/ttyUSB2/device/port_number": "2",
    "sys/bus/i2c/devices/i2c-10/name": "i2c-22-mux (chan_id 1)",
    "sys/bus/i2c/devices/10-0051/name": "pcf85063a",
    "sys/class/net/wwan0/uevent": "DEVTYPE=wwan\nINTERFACE=wwan0\nIFINDEX=4",
    "sys/class/net/wwan0/device/bInterfaceNumber": "04",
    "sys/class/usbmisc/cdc-wdm0/device/bInterfaceNumber": "04",
  },
  links: {
    "sys/class/tty/ttyUSB0/device/driver": "../../../../bus/usb-serial/drivers/option1",
    "sys/class/tty/ttyUSB2/device/driver": "/sys/bus/usb-serial/drivers/option1",
    "sys/class/net/wwan0/device/driver": "../../../../bus/usb/drivers/qmi_wwan",
    "sys/class/usbmisc/cdc-wdm0/device/driver": "../../../../bus/usb/drivers/qmi_wwan",
  },
  expected: {
    uname: "Linux cm4 6.6.31+rpt-rpi-v8 #1 SMP PREEMPT Debian 1:6.6.31-1+rpt1 (2024-05-29) aarch64 GNU/Linux",
    kernel: "6.6.31+rpt-rpi-v8",
    architecture: "aarch64",
    build: "2.0.0",
    hostname: "cm4",
    os: { id: "debian", version: "12", name: "Debian GNU/Linux 12 (bookworm)" },
    boot: { id: BOOT_ID, since: BOOTED },
    clock: { synchronised: false, rtc: "rtc-pcf85063 10-0051" },
    temperature: { "cpu-thermal": -4.4 },
    storage: { mmcblk0: { kind: "eMMC", name: "BJTD4R", bytes: 31_268_536_320, life_used: 20 } },
    hardware: {
      board: "Raspberry Pi Compute Module 4 Rev 1.1",
      usb: [{ port: "1-1.3", id: "2c7c:0125", name: "Quectel EC25-E" }],
      serial: { ttyUSB0: "option1", ttyUSB2: "option1" },
      i2c: { "10-0051": "pcf85063a", "i2c-10": "i2c-22-mux (chan_id 1)" },
      modem: { wwan0: "qmi_wwan", "cdc-wdm0": "qmi_wwan" },
    },
    gaps: ["boot.reason: nothing tells"],
  },
};
