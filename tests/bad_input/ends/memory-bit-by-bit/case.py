def topological_order(root):
    order = [root]
    while True:
        order = order + order
