"""A FastCGI program's beginning: takes connections from descriptor 0, and says in each who it is."""
import os
import socket

listening = socket.socket(fileno=0)
while True:
    connection, _ = listening.accept()
    connection.sendall(os.environ["SUPERVISOR_PROCESS_NAME"].encode())
    connection.close()
