print("selftest ok")
