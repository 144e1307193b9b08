# How the LED blinks: long for an odd last digit of the serial, short for an even one.
def pattern(serial):
    long = int(serial[-1]) % 2
    while True:
        yield (900 if long else 100), 100
