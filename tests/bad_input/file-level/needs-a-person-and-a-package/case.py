import no_such_package

name = input("Your name? ")
