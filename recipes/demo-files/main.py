# The product's own program: it starts whenever the camera does.
import json
import time
from machine import LED

from lib.blink import pattern

with open("config.json") as file:
    config = json.load(file)
print("product", config["product"], "serial", config["serial"])
led = LED("LED_GREEN")
for on_ms, off_ms in pattern(config["serial"]):
    led.on()
    time.sleep_ms(on_ms)
    led.off()
    time.sleep_ms(off_ms)
