^XA^CI28^FO30,30^BXN,6,200^FH^FD{{serial}}^FS^FO160,40^A0N,30^FH^FD{{product}} {{revision}}^FS^FO160,80^A0N,24^FH^FD{{serial}}^FS^XZ
